/**
 * In: weight files (.pth, .safetensors), which are data and never executed. Out: named tensors, memory-mapped where the
 * file permits, and the configuration that they were checked against.
 */
package panst3r.checkpoint;
