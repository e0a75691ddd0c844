package panst3r.splat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import panst3r.Fixtures;
import panst3r.Fixtures.Tensor;

/** Gaussians and cameras as the files of {@code splat/} name them. */
final class SplatFixtures {
    private SplatFixtures() {}

    /** Gaussians whose tensors begin with a prefix; those without colours are black. */
    static Gaussians gaussians(Map<String, Tensor> tensors, String prefix) {
        int n = tensors.get(prefix + "opacity_logits") == null
                ? tensors.get(prefix + "means").shape()[0]
                : tensors.get(prefix + "opacity_logits").shape()[0];
        Tensor sh = tensors.get(prefix + "sh");
        Tensor opacity = tensors.get(prefix + "opacity_logits");
        int degree = sh == null ? 0 : (int) Math.round(Math.sqrt(sh.shape()[1])) - 1;
        return new Gaussians(
                degree,
                tensors.get(prefix + "means").floats(),
                tensors.get(prefix + "log_scales").floats(),
                tensors.get(prefix + "quats").floats(),
                opacity == null ? new float[n] : opacity.floats(),
                sh == null ? new float[3 * n] : sh.floats());
    }

    static Pinhole camera(Map<String, Tensor> tensors, String name) {
        double[] k = tensors.get(name + ".intrinsics").values();
        int[] size = tensors.get(name + ".size").ints();
        return new Pinhole(
                size[0],
                size[1],
                k[0],
                k[1],
                k[2],
                k[3],
                tensors.get(name + ".R").values(),
                tensors.get(name + ".t").values());
    }

    /** Names “camera0”, “camera1”, … that a file has. */
    static List<String> cameras(Map<String, Tensor> tensors, String prefix) {
        List<String> out = new ArrayList<>();
        while (tensors.containsKey(prefix + out.size() + ".R")) {
            out.add(prefix + out.size());
        }
        return out;
    }

    static float[] background(Map<String, Tensor> tensors) {
        return tensors.containsKey("background") ? tensors.get("background").floats() : new float[3];
    }

    /** Within 10^−k · max(1, |expected|) of each element, NaN like NaN. */
    static void assertEach(String what, Tensor expected, double[] actual, double bound) {
        float[] scaled = new float[actual.length];
        double[] zero = new double[actual.length];
        for (int i = 0; i < actual.length; i++) {
            double e = expected.values()[i];
            scaled[i] = (float) ((actual[i] - e) / Math.max(1, Math.abs(e)));
        }
        Fixtures.assertWithin(what, new Tensor(expected.dtype(), expected.shape(), zero), scaled, bound);
    }

    /** Within a share of the largest expected value. */
    static void assertOfLargest(String what, Tensor expected, float[] actual, double share, double least) {
        double most = 0;
        for (double e : expected.values()) {
            most = Math.max(most, Math.abs(e));
        }
        Fixtures.assertWithin(what, expected, actual, share * most + least);
    }

    static double[] doubles(float[] values) {
        double[] out = new double[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = values[i];
        }
        return out;
    }

    /** The numbers “1e-4”, “0.01” … of a text, in order. */
    static double[] numbers(String text) {
        Matcher m =
                Pattern.compile("(?<![\\w.])\\d+(?:\\.\\d+)?(?:[eE][-+]?\\d+)?").matcher(text);
        List<Double> out = new ArrayList<>();
        while (m.find()) {
            out.add(Double.parseDouble(m.group()));
        }
        return out.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
