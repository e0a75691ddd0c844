package panst3r.checkpoint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import panst3r.PanSt3RException;
import panst3r.image.WorkingSize;

/**
 * Writes a model with its weights in float16: half the size, and what a trained model is shipped as. Reading it gives float32
 * again.
 *
 * <pre>{@code
 * java -cp … panst3r.checkpoint.HalfPrecision MODEL OUT.safetensors [--sizes 192x192,224x160,224x128]
 * }</pre>
 *
 * {@code --sizes} states the landscape sizes that the model was trained on; a photo is brought to that of nearest aspect
 * ratio, upright where the photo is.
 */
public final class HalfPrecision {
    private HalfPrecision() {}

    public static void main(String[] args) {
        try {
            if (args.length != 2 && (args.length != 4 || !args[2].equals("--sizes"))) {
                throw new PanSt3RException(
                        "usage: HalfPrecision MODEL OUT.safetensors [--sizes 192x192,224x160,224x128]");
            }
            System.out.println(
                    convert(Path.of(args[0]), Path.of(args[1]), args.length == 4 ? sizes(args[3]) : List.of()));
        } catch (PanSt3RException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    /**
     * @param sizes as {@link Checkpoint#workingSizes}; empty for those of {@code in}
     * @return one line that says what was written
     */
    public static String convert(Path in, Path out, List<WorkingSize> sizes) {
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
            List<WorkingSize> all = new ArrayList<>(sizes);
            if (all.isEmpty()) {
                model.workingSizes().ifPresent(all::addAll);
            }
            Checkpoint.write(out, model.description(), tensors, model.classes(), all);
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

    private static List<WorkingSize> sizes(String text) {
        return Stream.of(text.split(","))
                .map(size -> size.split("x", 2))
                .map(sides -> {
                    try {
                        return new WorkingSize(Integer.parseInt(sides[0]), Integer.parseInt(sides[1]));
                    } catch (ArrayIndexOutOfBoundsException | NumberFormatException e) {
                        throw new PanSt3RException("Sizes are written such as 192x192,224x160, not “" + text + "”.", e);
                    }
                })
                .toList();
    }
}
