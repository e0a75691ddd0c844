/**
 * In: views and a model. Out: the raw {@link panst3r.inference.Prediction}, before any merging. Keyframes, memory,
 * rendering, batching, progress.
 */
package panst3r.inference;
