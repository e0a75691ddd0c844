/**
 * In: a view's tensor and weights. Out: features, pointmaps, class and mask logits. One class for each box of the
 * paper's figure.
 */
package panst3r.model;
