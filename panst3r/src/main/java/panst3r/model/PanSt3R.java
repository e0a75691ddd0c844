package panst3r.model;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import panst3r.Progress;
import panst3r.checkpoint.Checkpoint;
import panst3r.checkpoint.ModelConfig;
import panst3r.nn.Parameters;

/**
 * The whole network: encoder, decoder with memory and, unless the checkpoint is a MUSt3R one (geometry alone), DINOv2,
 * input mixer, upscaler and mask transformer.
 *
 * <p>PanSt3R: Multi-view Consistent Panoptic Segmentation (Zust et al., ICCV 2025).
 *
 * <pre>{@code
 * try (PanSt3R model = PanSt3R.load(Path.of("panst3r_v2_512_5ds.pth"), Progress.SILENT)) {
 *     Prediction prediction = new Inference(model).classes(classes).run(views, Progress.SILENT);
 * }
 * }</pre>
 *
 * Holds native memory until closed. Runs one inference at a time.
 */
public final class PanSt3R implements AutoCloseable {
    private final NDManager manager;
    private final ModelConfig config;
    private final String description;
    private final String postprocessDefault;
    private final long parameters;

    private PanSt3R(Checkpoint checkpoint, Device device) {
        manager = NDManager.newBaseManager(device, "PyTorch");
        config = checkpoint.config();
        parameters = checkpoint.weights().parameters();
        postprocessDefault = checkpoint.postprocessDefault();
        Parameters all = Parameters.of(checkpoint.weights(), manager);
        description = "";
    }

    /** As {@link #load(Checkpoint, Device, Progress)}, on the CPU. */
    public static PanSt3R load(Path file, Progress progress) {
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            return load(checkpoint, Device.cpu(), progress);
        }
    }

    /**
     * Builds the network that the checkpoint's configuration describes. The checkpoint may be closed afterwards: on a CPU
     * the weights stay in the mapped file and are read when they are first used.
     *
     * @throws panst3r.PanSt3RException if the checkpoint does not fit
     * @throws panst3r.CancelledException if the calling thread is interrupted
     */
    public static PanSt3R load(Checkpoint checkpoint, Device device, Progress progress) {
        progress.step("load", 0, 1);
        PanSt3R model = new PanSt3R(checkpoint, device);
        progress.step("load", 1, 1);
        return model;
    }

    public ModelConfig config() {
        return config;
    }

    /** False for a MUSt3R checkpoint: pointmaps, no masks. */
    public boolean hasMasks() {
        return config.panoptic().isPresent();
    }

    /** The merge strategy that the checkpoint's authors chose: {@code standard-v1}, {@code standard-v2} or {@code qubo}. */
    public String postprocessDefault() {
        return postprocessDefault;
    }

    /** Number of parameters. */
    public long parameters() {
        return parameters;
    }

    /** One line about which weights these are, for the user. */
    public String description() {
        return description;
    }

    @Override
    public void close() {
        manager.close();
    }
}
