package panst3r.checkpoint;

import java.nio.file.Path;
import java.util.Optional;
import panst3r.PanSt3RException;

/**
 * A checkpoint file: the door of this package. Opening one reads and checks its configuration and the names and shapes of
 * all tensors, and maps the file into memory; no weight is read before it is asked for.
 */
public final class Checkpoint implements AutoCloseable {
    private Checkpoint() {}

    /**
     * Opens a PanSt3R or MUSt3R checkpoint (.pth, zip of {@code torch.save}) or this project's own .safetensors form. The
     * content decides, not the name. Nothing in the file is executed.
     *
     * @throws PanSt3RException if it is none of these, damaged, or does not fit its own configuration
     */
    public static Checkpoint open(Path file) {
        throw new PanSt3RException(file + " cannot be opened yet.");
    }

    public Path file() {
        return null;
    }

    /** Size of the file. */
    public long bytes() {
        return 0;
    }

    public ModelConfig config() {
        return null;
    }

    /**
     * All parameters by their names in a PanSt3R checkpoint: {@code must3r_encoder.*}, {@code must3r_decoder.*},
     * {@code dino_encoder.*}, {@code panoptic_decoder.*}; the first two also for a MUSt3R-only file.
     */
    public Weights weights() {
        return null;
    }

    /** False for a MUSt3R-only checkpoint, which gives geometry without masks. */
    public boolean hasPanopticDecoder() {
        return config().panoptic().isPresent();
    }

    /** The file's own classes, where it has some (.safetensors only). */
    public Optional<ClassTable> classes() {
        return Optional.empty();
    }

    /** The merge strategy that its authors chose: {@code standard-v1}, {@code standard-v2} or {@code qubo}. */
    public String postprocessDefault() {
        return "standard-v2";
    }

    /** The retrieval part (retrieval.md) as maps, lists, {@link Namespace} and {@link TensorData}, if it has one. */
    public Optional<Object> retrieval() {
        return Optional.empty();
    }

    /** Gives the file handle back. Tensors handed out before stay usable: the mapping ends with the last of them. */
    @Override
    public void close() {}
}
