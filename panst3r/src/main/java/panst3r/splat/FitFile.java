package panst3r.splat;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import panst3r.PanSt3RException;
import panst3r.checkpoint.DType;
import panst3r.checkpoint.SafetensorsFile;
import panst3r.checkpoint.SafetensorsWriter;
import panst3r.checkpoint.TensorData;

/** A fit between two steps as a .safetensors file: values, moments, sums and cameras as tensors, the rest as text. */
final class FitFile {
    private static final String FORMAT = "panst3r-splat-fit 1";

    private FitFile() {}

    private record Counts(
            int degree,
            int step,
            int updates,
            int opacityUpdates,
            int skipped,
            long skippedGradients,
            double extent,
            double distance) {}

    static void write(FitState state, List<TrainingView> views, FitOptions options, Path file) {
        Map<String, TensorData> out = new LinkedHashMap<>();
        put(out, "values", state.gaussians);
        put(out, "first", state.first);
        put(out, "second", state.second);
        out.put("gradient_sum", TensorData.of(state.gradientSum, state.gradientSum.length));
        out.put("seen", TensorData.of(state.seen, state.seen.length));
        int v = state.cameras.length;
        double[] poses = new double[12 * v];
        double[] moves = new double[13 * v];
        for (int i = 0; i < v; i++) {
            System.arraycopy(state.cameras[i].rotation(), 0, poses, 12 * i, 9);
            System.arraycopy(state.cameras[i].translation(), 0, poses, 12 * i + 9, 3);
            System.arraycopy(state.cameraMoves[i].values, 0, moves, 13 * i, 13);
        }
        out.put("cameras", doubles(poses, v, 12));
        out.put("camera_moves", doubles(moves, v, 13));
        out.put("squared", doubles(state.squared, v));
        Gson gson = new Gson();
        Counts counts = new Counts(
                state.gaussians.degree(),
                state.step,
                state.updates,
                state.opacityUpdates,
                state.skipped,
                state.skippedGradients,
                state.extent,
                state.distance);
        Map<String, String> text = new LinkedHashMap<>();
        text.put("format", FORMAT);
        text.put("counts", gson.toJson(counts));
        text.put("photos", checksum(views));
        // how many threads is a matter of the machine: without it the bytes are the same for any number
        text.put("options", gson.toJson(options.withThreads(1)));
        SafetensorsWriter.write(file, out, text);
    }

    static Fit read(Path file, List<TrainingView> views) {
        SafetensorsFile in = SafetensorsFile.open(file);
        if (!FORMAT.equals(in.metadata().get("format"))) {
            throw new PanSt3RException(file + " is no saved fit of Gaussians; give a file that a fit was saved to.");
        }
        Map<String, TensorData> tensors = in.tensors();
        try {
            Gson gson = new Gson();
            Counts counts = gson.fromJson(in.metadata().get("counts"), Counts.class);
            FitOptions options = gson.fromJson(in.metadata().get("options"), FitOptions.class);
            if (counts == null || options == null || !sound(counts, options)) {
                throw damaged(file, null);
            }
            double[] poses = tensor(tensors, "cameras", -1).toDoubles();
            if (poses.length != 12 * views.size()) {
                throw new PanSt3RException(file + " was fitted to " + poses.length / 12 + " photos, not to "
                        + views.size() + "; give the same photos in the same order.");
            }
            if (!checksum(views).equals(in.metadata().get("photos"))) {
                throw new PanSt3RException(
                        file + " was fitted to other photos, or in another order or size; give the same ones.");
            }
            Fit.checkMemory(tensor(tensors, "values.means", -1).elements() / 3, counts.degree);
            FitState state = FitState.start(get(tensors, "values", counts.degree), views);
            state.first = get(tensors, "first", counts.degree);
            state.second = get(tensors, "second", counts.degree);
            state.gradientSum =
                    tensor(tensors, "gradient_sum", state.gaussians.size()).toFloats();
            state.seen = tensor(tensors, "seen", state.gaussians.size()).toFloats();
            state.squared = tensor(tensors, "squared", views.size()).toDoubles();
            double[] moves = tensor(tensors, "camera_moves", 13L * views.size()).toDoubles();
            for (int i = 0; i < views.size(); i++) {
                double[] r = new double[9];
                double[] t = new double[3];
                System.arraycopy(poses, 12 * i, r, 0, 9);
                System.arraycopy(poses, 12 * i + 9, t, 0, 3);
                Pinhole c = state.cameras[i];
                state.cameras[i] = new Pinhole(c.width(), c.height(), c.fx(), c.fy(), c.cx(), c.cy(), r, t);
                System.arraycopy(moves, 13 * i, state.cameraMoves[i].values, 0, 13);
            }
            state.extent = counts.extent;
            state.distance = counts.distance;
            state.step = counts.step;
            state.updates = counts.updates;
            state.opacityUpdates = counts.opacityUpdates;
            state.skipped = counts.skipped;
            state.skippedGradients = counts.skippedGradients;
            if (!IntStream.range(0, state.gaussians.size()).allMatch(state.gaussians::isFinite)
                    || state.first.size() != state.gaussians.size()
                    || state.second.size() != state.gaussians.size()) {
                throw damaged(file, null);
            }
            return new Fit(
                    state, views, options.withThreads(Runtime.getRuntime().availableProcessors()));
        } catch (IllegalArgumentException | JsonParseException | ArithmeticException e) {
            throw damaged(file, e); // arrays or numbers that do not fit
        }
    }

    private static boolean sound(Counts counts, FitOptions options) {
        return options.schedule() != null
                && (options.background() == null || options.background().length == 3)
                && counts.step >= 0
                && counts.updates >= 0
                && counts.opacityUpdates >= 0
                && counts.extent > 0
                && counts.distance > 0;
    }

    /** Of the photos' sizes and pixels: Gaussians of other photos would be moved to where these want them. */
    private static String checksum(List<TrainingView> views) {
        CRC32 crc = new CRC32();
        for (TrainingView view : views) {
            float[] image = view.image();
            ByteBuffer bytes = ByteBuffer.allocate(8 + 4 * image.length);
            bytes.putInt(view.camera().width()).putInt(view.camera().height());
            bytes.asFloatBuffer().put(image);
            crc.update(bytes.array());
        }
        return Long.toHexString(crc.getValue());
    }

    private static PanSt3RException damaged(Path file, Exception cause) {
        return new PanSt3RException(file + " is damaged: a part of the saved fit is missing; fit anew.", cause);
    }

    private static TensorData tensor(Map<String, TensorData> in, String name, long elements) {
        TensorData out = in.get(name);
        if (out == null || elements >= 0 && out.elements() != elements) {
            throw new IllegalArgumentException(name);
        }
        return out;
    }

    private static void put(Map<String, TensorData> out, String name, Gaussians g) {
        int n = g.size();
        out.put(name + ".means", TensorData.of(g.means(), n, 3));
        out.put(name + ".log_scales", TensorData.of(g.logScales(), n, 3));
        out.put(name + ".quaternions", TensorData.of(g.quaternions(), n, 4));
        out.put(name + ".opacity_logits", TensorData.of(g.opacityLogits(), n));
        out.put(name + ".sh", TensorData.of(g.sh(), n, Gaussians.coefficients(g.degree()), 3));
    }

    private static Gaussians get(Map<String, TensorData> in, String name, int degree) {
        return new Gaussians(
                degree,
                tensor(in, name + ".means", -1).toFloats(),
                tensor(in, name + ".log_scales", -1).toFloats(),
                tensor(in, name + ".quaternions", -1).toFloats(),
                tensor(in, name + ".opacity_logits", -1).toFloats(),
                tensor(in, name + ".sh", -1).toFloats());
    }

    private static TensorData doubles(double[] values, long... shape) {
        ByteBuffer data = ByteBuffer.allocateDirect(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        data.asDoubleBuffer().put(values);
        return new TensorData(DType.F64, shape, data);
    }
}
