package panst3r.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.UserCache;
import panst3r.checkpoint.Checkpoint;
import panst3r.checkpoint.DinoConfig;
import panst3r.checkpoint.LabelMode;
import panst3r.checkpoint.ModelConfig;
import panst3r.checkpoint.PanopticConfig;
import panst3r.checkpoint.UpscalerConfig;
import panst3r.checkpoint.Weights;
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
    private final Encoder encoder;
    private final Decoder decoder;
    private final Panoptic panoptic;
    private Weights weights; // null if they may change
    private byte[] encoderIdentity;
    private byte[] dinoIdentity;

    /**
     * What makes masks of features.
     *
     * @param mixer null in v1
     */
    public record Panoptic(Dinov2 dino, InputMixer mixer, Upscaler upscaler, MaskTransformer masks) {
        /**
         * Features of images of one size for the upscaler.
         *
         * @param encoded [B, N, De] of the encoder
         * @param decoded [B, N, Dd] of the decoder
         * @param seen [B, N, D] of DINOv2
         */
        public NDArray mix(NDArray encoded, NDArray decoded, NDArray seen, Grid grid) {
            NDArray all = NDArrays.concat(new NDList(encoded, decoded, seen), 2);
            return mixer == null ? all : mixer.forward(all, grid);
        }
    }

    /**
     * A network of any parameters, those of a training too.
     *
     * @param parameters named as in a checkpoint
     * @param manager owns what the network keeps; closed with it
     * @param count number of parameters
     */
    public PanSt3R(
            ModelConfig config,
            Parameters parameters,
            NDManager manager,
            long count,
            String description,
            String postprocessDefault) {
        this.config = config;
        this.manager = manager;
        this.parameters = count;
        this.description = description;
        this.postprocessDefault = postprocessDefault;
        encoder = new Encoder(config.encoder(), parameters.at("must3r_encoder"), manager);
        decoder = new Decoder(config.decoder(), parameters.at("must3r_decoder"), manager);
        panoptic = config.panoptic()
                .map(c -> panoptic(c, config.dino().orElseThrow(), parameters, manager))
                .orElse(null);
    }

    private static Panoptic panoptic(PanopticConfig c, DinoConfig dino, Parameters parameters, NDManager manager) {
        Parameters p = parameters.at("panoptic_decoder");
        return new Panoptic(
                new Dinov2(dino, parameters.at("dino_encoder.dinov2"), manager),
                c.inputMixer()
                        .map(m -> new InputMixer(m, p.at("input_mixer"), manager))
                        .orElse(null),
                c.upscaler() instanceof UpscalerConfig.LoftUp loftUp
                        ? new LoftUpUpscaler(loftUp, p.at("upscaler"), manager)
                        : new PixelShuffleUpscaler(p.at("upscaler")),
                new MaskTransformer(
                        c,
                        p.at("mask_transformer"),
                        c.labelMode() == LabelMode.SOFTMAX ? p.get("nocls_token") : null,
                        manager));
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
        NDManager manager = NDManager.newBaseManager(device, "PyTorch");
        try {
            PanSt3R model = new PanSt3R(
                    checkpoint.config(),
                    Parameters.of(checkpoint.weights(), manager),
                    manager,
                    checkpoint.weights().parameters(),
                    describe(checkpoint),
                    checkpoint.postprocessDefault());
            model.weights = checkpoint.weights();
            progress.step("load", 1, 1);
            return model;
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    private static String describe(Checkpoint checkpoint) {
        return String.format(
                "%s (%s, %.0f million parameters)",
                checkpoint.file().getFileName(),
                checkpoint.hasPanopticDecoder() ? "PanSt3R" : "MUSt3R, geometry only",
                checkpoint.weights().parameters() / 1e6);
    }

    public Encoder encoder() {
        return encoder;
    }

    /**
     * What tells this encoder from any that gives other tokens: its weights and configuration. Computed once, by reading
     * the weights.
     *
     * @return empty if the weights may change, as in a training
     */
    public synchronized Optional<byte[]> encoderIdentity() {
        if (encoderIdentity == null && weights != null) {
            encoderIdentity = identity(config.encoder(), "must3r_encoder");
        }
        return Optional.ofNullable(encoderIdentity);
    }

    /** As {@link #encoderIdentity}, of DINOv2; empty also for a MUSt3R checkpoint. */
    public synchronized Optional<byte[]> dinoIdentity() {
        if (dinoIdentity == null && weights != null && panoptic != null) {
            dinoIdentity = identity(config.dino().orElseThrow(), "dino_encoder.dinov2");
        }
        return Optional.ofNullable(dinoIdentity);
    }

    private byte[] identity(Record part, String prefix) {
        MessageDigest digest = UserCache.digest();
        digest.update(part.toString().getBytes(StandardCharsets.UTF_8));
        return digest.digest(weights.at(prefix).digest());
    }

    public Decoder decoder() {
        return decoder;
    }

    /** Null for a MUSt3R checkpoint. */
    public Panoptic panoptic() {
        return panoptic;
    }

    /** Owns what belongs to the network; arrays for it are made here, so that they are on its device. */
    public NDManager manager() {
        if (!manager.isOpen()) {
            throw new PanSt3RException("The model " + description + " was closed; load it again.");
        }
        return manager;
    }

    public ModelConfig config() {
        return config;
    }

    /** False for a MUSt3R checkpoint: pointmaps, no masks. */
    public boolean hasMasks() {
        return panoptic != null;
    }

    /** How the checkpoint's authors merge: {@link panst3r.checkpoint.ModelDescription#postprocessDefault}. */
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
