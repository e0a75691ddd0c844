package panst3r.nn;

/**
 * The numbers that linear layers and attention are computed in. Only float32 so far; a bfloat16 mode would convert
 * inside the TorchScript operators of {@link Kernels}, so that every other array stays float32.
 */
public enum Precision {
    FLOAT32
}
