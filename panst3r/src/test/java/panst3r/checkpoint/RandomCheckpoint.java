package panst3r.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Writes a checkpoint with random weights, laid out as the released files are: for trying full size without them.
 *
 * <pre>
 * mvn -pl panst3r test-compile exec:java -Dexec.classpathScope=test \
 *     -Dexec.mainClass=panst3r.checkpoint.RandomCheckpoint -Dexec.args="v2 /tmp/v2.pth"
 * </pre>
 *
 * <p>Same description and seed, same bytes. Weights have variance 1/fan-in, norms are near 1, biases small, so that activations
 * stay finite through every layer.
 */
public final class RandomCheckpoint {
    private static final int TABLE = 1 << 16;
    private static final int CHUNK = 1 << 20;

    /** The constructor strings of the released files (checkpoint.md). */
    public static final ModelDescription V1 = released(
            "PanopticDecoder(upscaler=PixelShuffleUpscaler(input_dim=2816), label_mode='sigmoid', text_encoder='siglip')",
            "qubo");

    public static final ModelDescription V2 = released(
            "PanopticDecoder(input_mixer=InputMixer(img_size=(512, 512), patch_size=16, in_dim=2816, hidden_dim=768,"
                    + " num_heads=12, num_layers=3, ff_dim_mult=4), upscaler=LoftUpUpscaler(input_dim=768, dim=384,"
                    + " output_stride=2, patch_size=16), mask_dim=384, label_mode='sigmoid', text_encoder='siglip')",
            "standard-v2");

    private final SplittableRandom random;
    private final float[] normal = new float[TABLE];

    private RandomCheckpoint(long seed) {
        random = new SplittableRandom(seed);
        java.util.Random gaussian = new java.util.Random(seed);
        for (int i = 0; i < TABLE; i++) {
            normal[i] = (float) gaussian.nextGaussian();
        }
    }

    public static void main(String[] args) {
        if (args.length < 2 || args.length > 3 || !args[0].matches("v1|v2")) {
            System.err.println("usage: RandomCheckpoint v1|v2 FILE.pth [SEED]");
            System.exit(2);
        }
        long seed = args.length > 2 ? Long.parseLong(args[2]) : 1;
        write(Path.of(args[1]), args[0].equals("v1") ? V1 : V2, seed);
    }

    /** Writes a .pth of float32 weights for the description; streams, so that memory stays small. */
    public static void write(Path file, ModelDescription description, long seed) {
        RandomCheckpoint generator = new RandomCheckpoint(seed);
        Map<String, long[]> layout = ParameterLayout.of(description.config());
        Map<String, PickleWriter.Tensor> tensors = new LinkedHashMap<>();
        layout.forEach((name, shape) ->
                tensors.put(name, new PickleWriter.Tensor(DType.F32, String.valueOf(tensors.size()), shape)));
        Map<String, Object> top = new LinkedHashMap<>();
        top.put("weights", new PickleWriter.State(tensors));
        top.put("args", new PickleWriter.Options(arguments(description)));
        top.put("epoch", 1);
        String folder = file.getFileName().toString().replaceFirst("\\.pth$", "");
        try (TorchZip zip = new TorchZip(file, folder, false)) {
            zip.entry("data.pkl", PickleWriter.write(top));
            zip.entry(".format_version", "1");
            zip.entry(".storage_alignment", "64");
            zip.entry("byteorder", "little");
            for (Map.Entry<String, PickleWriter.Tensor> e : tensors.entrySet()) {
                zip.begin("data/" + e.getValue().key());
                generator.tensor(e.getKey(), e.getValue().shape(), zip);
                zip.end();
            }
            zip.entry("version", "3\n");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Map<String, Object> arguments(ModelDescription d) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("must3r_encoder", d.encoder());
        out.put("must3r_decoder", d.decoder());
        out.put("dino_encoder", d.dinoEncoder().orElseThrow());
        out.put("panoptic_decoder", d.panopticDecoder().orElseThrow());
        out.put("postprocess_default", d.postprocessDefault().replace('-', '_'));
        out.put("qubo_enabled", true);
        if (!d.dinoConfig().isEmpty()) {
            out.put("dino_config", new LinkedHashMap<>(d.dinoConfig()));
        }
        out.put("lr", 1e-4);
        return out;
    }

    private void tensor(String name, long[] shape, TorchZip zip) throws IOException {
        long elements = 1;
        for (long s : shape) {
            elements *= s;
        }
        float mean = mean(name, shape);
        float spread = spread(name, shape, elements);
        ByteBuffer bytes = ByteBuffer.allocateDirect(CHUNK * 4).order(ByteOrder.LITTLE_ENDIAN);
        FloatBuffer floats = bytes.asFloatBuffer();
        for (long done = 0; done < elements; ) {
            int n = (int) Math.min(CHUNK, elements - done);
            floats.clear();
            for (int i = 0; i < n; i += 4) {
                long bits = random.nextLong(); // four 16-bit indices into a table of normal samples
                for (int j = 0; j < 4 && i + j < n; j++, bits >>>= 16) {
                    floats.put(mean + spread * normal[(int) (bits & (TABLE - 1))]);
                }
            }
            zip.write(bytes.clear().limit(4 * n));
            done += n;
        }
    }

    private static float mean(String name, long[] shape) {
        if (name.endsWith("cls_logit_scale")) {
            return (float) Math.log(10);
        }
        boolean norm = shape.length == 1 && name.endsWith(".weight");
        return norm ? 1 : name.endsWith("lambda1") ? 0.5f : 0;
    }

    private static float spread(String name, long[] shape, long elements) {
        if (name.endsWith("cls_logit_scale")) {
            return 0;
        } else if (shape.length == 1) {
            return 0.02f; // norms, biases, scales
        } else if (name.contains("query_") || name.endsWith("biases")) {
            return 1;
        } else if (name.contains("embed") && !name.endsWith(".weight") || name.endsWith("_token")) {
            return 0.1f;
        }
        return (float) (1 / Math.sqrt((double) elements / shape[0]));
    }

    private static ModelDescription released(String panoptic, String postprocess) {
        return new ModelDescription(
                "Dust3rEncoder(img_size=(512, 512), patch_embed='PatchEmbedDust3R')",
                "MUSt3R(img_size=(512, 512), feedback_type='single_mlp', memory_mode='norm_y')",
                Optional.of("DinoV2Encoder()"),
                Optional.of(panoptic),
                Map.of(),
                postprocess);
    }
}
