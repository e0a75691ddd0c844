/**
 * In: rooms with ground truth, and a model's configuration or weights. Out: trained weights. Losses, matching,
 * optimiser, loop (training.md).
 */
package panst3r.training;
