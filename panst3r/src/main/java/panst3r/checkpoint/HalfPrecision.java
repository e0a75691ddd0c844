package panst3r.checkpoint;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import panst3r.PanSt3RException;

/**
 * Writes a model with its weights in float16: half the size, and what a trained model is shipped as. Reading it gives float32
 * again. MERGE is how it is to be merged if its user says nothing, such as {@code standard-v2:mask-threshold=0.6}; without it
 * that stays as it was.
 *
 * <pre>{@code
 * java -cp … panst3r.checkpoint.HalfPrecision MODEL OUT.safetensors [MERGE]
 * }</pre>
 */
public final class HalfPrecision {
    private HalfPrecision() {}

    public static void main(String[] args) {
        try {
            if (args.length < 2 || args.length > 3) {
                throw new PanSt3RException("usage: HalfPrecision MODEL OUT.safetensors [MERGE]");
            }
            System.out.println(convert(
                    Path.of(args[0]), Path.of(args[1]), args.length == 3 ? Optional.of(args[2]) : Optional.empty()));
        } catch (PanSt3RException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    /**
     * @param merge how the model is to be merged; empty for as before
     * @return one line that says what was written
     */
    public static String convert(Path in, Path out, Optional<String> merge) {
        try (Checkpoint model = Checkpoint.open(in)) {
            Map<String, TensorData> tensors = new LinkedHashMap<>();
            double worst = 0;
            String where = "";
            for (String name : model.weights().names()) {
                TensorData tensor = model.weights().get(name);
                float[] values = tensor.toFloats();
                TensorData half = half(name, values, tensor.shape());
                tensors.put(name, half);
                float[] back = half.toFloats();
                for (int i = 0; i < values.length; i++) {
                    if (Math.abs(back[i] - values[i]) > worst) {
                        worst = Math.abs(back[i] - values[i]);
                        where = name;
                    }
                }
            }
            ModelDescription description =
                    merge.map(model.description()::withPostprocessDefault).orElse(model.description());
            Checkpoint.write(out, description, tensors, model.classes());
            return String.format(
                    Locale.ROOT,
                    "%s: %.1f million parameters in float16, largest change %.2g (%s)",
                    out,
                    model.weights().parameters() / 1e6,
                    worst,
                    where);
        }
    }

    private static TensorData half(String name, float[] values, long[] shape) {
        try {
            return TensorData.half(values, shape);
        } catch (PanSt3RException e) {
            throw new PanSt3RException(name + " cannot be written in float16: " + e.getMessage(), e);
        }
    }
}
