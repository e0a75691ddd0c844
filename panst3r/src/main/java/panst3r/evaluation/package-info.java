/**
 * In: scenes and their ground truth. Out: how near they are, by all the metrics of {@link panst3r.metrics} at once; and a
 * bench that measures a checkpoint on rooms it was not trained on.
 */
package panst3r.evaluation;
