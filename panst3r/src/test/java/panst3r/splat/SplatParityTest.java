package panst3r.splat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import panst3r.Fixtures;
import panst3r.Fixtures.Entry;
import panst3r.Fixtures.Tensor;
import panst3r.PanSt3RException;
import panst3r.Progress;

/** novel-views.md against the numbers in {@code splat/}. */
@Tag("parity")
class SplatParityTest {
    private static final Workers ONE = new Workers(1);
    private static final Pinhole ORIGIN =
            new Pinhole(1, 1, 1, 1, 0.5, 0.5, new double[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, new double[3]);

    @TempDir
    static Path folder;

    private static Stream<DynamicTest> each(String prefix, Consumer<Entry> check) {
        return Fixtures.entries(prefix, ".safetensors").stream()
                .map(e -> dynamicTest(e.toString(), () -> check.accept(e)));
    }

    @TestFactory
    Stream<DynamicTest> sphericalHarmonics() {
        return each("splat/sh", entry -> {
            Map<String, Tensor> t = Fixtures.tensors(entry.path());
            double bound = Fixtures.bound(entry, "<=", 1e-4);
            int n = t.get("directions").shape()[0];
            int width = t.get("basis").shape()[1];
            for (int degree = 0; t.containsKey("degree" + degree + ".colour"); degree++) {
                double[] colours = new double[3 * n];
                double[] directions = new double[3 * n];
                double[] byHarmonics = new double[3 * n * width];
                for (int i = 0; i < n; i++) {
                    Gaussians g = at(t, i, width);
                    Footprint f = new Footprint(ORIGIN);
                    double[] basis = f.view(g, 0, degree).clone();
                    f.project(g, 0);
                    f.shade(g, 0, degree);
                    double[] screen = new double[Footprint.SCREEN];
                    for (int c = 0; c < 3; c++) {
                        colours[3 * i + c] = f.colour[c];
                        screen[c] = t.get("grad_output").values()[3 * i + c];
                    }
                    // with the centre in the origin, a mean is a direction; nothing but the colour depends on it
                    double[] out = new double[Footprint.GRADIENT];
                    f.z = 1;
                    f.backward(g, 0, degree, screen, out, new double[6]);
                    System.arraycopy(out, 0, directions, 3 * i, 3);
                    for (int k = 0; k < Gaussians.coefficients(degree); k++) {
                        for (int c = 0; c < 3; c++) {
                            byHarmonics[(i * width + k) * 3 + c] = basis[k] * out[11 + c];
                        }
                    }
                }
                SplatFixtures.assertEach("colour", t.get("degree" + degree + ".colour"), colours, bound);
                SplatFixtures.assertEach("direction", t.get("degree" + degree + ".grad_directions"), directions, bound);
                SplatFixtures.assertEach("sh", t.get("degree" + degree + ".grad_sh"), byHarmonics, bound);
            }
            double[] bases = new double[n * width];
            for (int i = 0; i < n; i++) {
                Footprint f = new Footprint(ORIGIN);
                System.arraycopy(f.view(at(t, i, width), 0, Gaussians.MAX_DEGREE), 0, bases, i * width, width);
            }
            SplatFixtures.assertEach("basis", t.get("basis"), bases, bound);
        });
    }

    /** One Gaussian in the direction of a row. */
    private static Gaussians at(Map<String, Tensor> t, int i, int width) {
        return new Gaussians(
                Gaussians.MAX_DEGREE,
                Arrays.copyOfRange(t.get("directions").floats(), 3 * i, 3 * i + 3),
                new float[3],
                new float[4],
                new float[1],
                Arrays.copyOfRange(t.get("sh").floats(), 3 * i * width, 3 * (i + 1) * width));
    }

    @TestFactory
    Stream<DynamicTest> projection() {
        return each("splat/projection", entry -> {
            Map<String, Tensor> t = Fixtures.tensors(entry.path());
            Gaussians g = SplatFixtures.gaussians(t, "");
            double bound = Fixtures.bound(entry, "<=", 1e-4);
            double ofRow = Fixtures.bound(entry, "conics: <=", 1e-3);
            int n = g.size();
            double[] world = new double[9 * n];
            for (String name : SplatFixtures.cameras(t, "camera")) {
                Footprint f = new Footprint(SplatFixtures.camera(t, name));
                double[] depths = new double[n];
                double[] centres = new double[2 * n];
                double[] spread = new double[3 * n];
                for (int i = 0; i < n; i++) {
                    boolean visible = f.project(g, i);
                    String what = name + " gaussian " + i;
                    depths[i] = f.z;
                    assertThat(f.culled).as(what).isEqualTo((int)
                            t.get(name + ".culled").values()[i]);
                    assertThat(f.radius).as(what).isEqualTo((int)
                            t.get(name + ".radii").values()[i]);
                    if (visible) {
                        assertThat(new int[] {f.tileX0, f.tileY0, f.tileX1, f.tileY1})
                                .as(what)
                                .isEqualTo(Arrays.copyOfRange(
                                        t.get(name + ".tiles").ints(), 4 * i, 4 * i + 4));
                        centres[2 * i] = f.u;
                        centres[2 * i + 1] = f.v;
                        spread[3 * i] = f.a;
                        spread[3 * i + 1] = f.b;
                        spread[3 * i + 2] = f.c;
                        row(what, t.get(name + ".conics"), i, ofRow, f.k0, f.k1, f.k2);
                    }
                    f.axes(g, i);
                    double[] one = new double[9];
                    f.covariance(one);
                    System.arraycopy(one, 0, world, 9 * i, 9);
                }
                SplatFixtures.assertEach(name + " depths", t.get(name + ".depths"), depths, bound);
                SplatFixtures.assertEach(name + " centres", t.get(name + ".means2d"), centres, bound);
                SplatFixtures.assertEach(name + " covariances", t.get(name + ".cov2d"), spread, bound);
            }
            SplatFixtures.assertEach("covariance3d", t.get("covariance3d"), world, bound);
        });
    }

    private static void row(String what, Tensor expected, int i, double bound, double... actual) {
        double most = 0;
        for (int k = 0; k < actual.length; k++) {
            most = Math.max(most, Math.abs(expected.values()[actual.length * i + k]));
        }
        for (int k = 0; k < actual.length; k++) {
            assertThat(actual[k]).as(what).isCloseTo(expected.values()[actual.length * i + k], within(bound * most));
        }
    }

    @TestFactory
    Stream<DynamicTest> renders() {
        return each("splat/render-", entry -> {
            Map<String, Tensor> t = Fixtures.tensors(entry.path());
            Gaussians g = SplatFixtures.gaussians(t, "");
            int degree = entry.json().get("sh_degree").getAsInt();
            Rasteriser rasteriser = new Rasteriser(ONE);
            for (String name : SplatFixtures.cameras(t, "camera")) {
                Pinhole camera = SplatFixtures.camera(t, name);
                rasteriser.prepare(g, camera, degree);
                Rendering seen = rasteriser.blend(SplatFixtures.background(t));
                close(entry, t, name + ".rgb", seen.rgb());
                close(entry, t, name + ".alpha", seen.alpha());
                close(entry, t, name + ".depth", seen.depth());
                close(entry, t, name + ".expected_depth", seen.expectedDepth());
                float[] weights = new float[g.size()];
                int[] pixels = new int[g.size()];
                rasteriser.gather(new int[seen.alpha().length], 1, weights, pixels);
                close(entry, t, name + ".weights", weights);
                same(t, name + ".pixels", pixels);
                same(
                        t,
                        name + ".radii",
                        IntStream.range(0, g.size()).map(rasteriser::radius).toArray());

                PlainRasteriser plain = new PlainRasteriser(g, camera, degree);
                plain.render(SplatFixtures.background(t));
                close(entry, t, name + ".rgb", floats(plain.rgb));
                close(entry, t, name + ".depth", floats(plain.depth));
                same(t, name + ".pixels", plain.pixels);
                same(t, name + ".radii", plain.radii());
            }
        });
    }

    /** Close, if the file holds it. */
    private static void close(Entry entry, Map<String, Tensor> t, String name, float[] actual) {
        if (t.containsKey(name)) {
            Fixtures.assertClose(entry, name, t.get(name), actual);
        }
    }

    private static void same(Map<String, Tensor> t, String name, int[] actual) {
        if (t.containsKey(name)) {
            assertThat(actual).as(name).isEqualTo(t.get(name).ints());
        }
    }

    static float[] floats(double[] values) {
        float[] out = new float[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) values[i];
        }
        return out;
    }

    @TestFactory
    Stream<DynamicTest> gradients() {
        return each("splat/gradients-", entry -> {
            Map<String, Tensor> t = Fixtures.tensors(entry.path());
            Gaussians g = SplatFixtures.gaussians(t, "");
            Pinhole camera = SplatFixtures.camera(t, "camera0");
            int degree = entry.json().get("sh_degree").getAsInt();
            float[] background = SplatFixtures.background(t);
            double share = Fixtures.bound(entry, "<=", 1e-3);
            Rasteriser rasteriser = new Rasteriser(ONE);
            rasteriser.prepare(g, camera, degree);
            Rendering seen = rasteriser.blend(background);
            int n = seen.alpha().length;
            float[] rgb = new float[3 * n];
            float[] alpha = new float[n];
            float[] depth = new float[n];
            if (t.containsKey("target")) {
                PhotometricLoss.Value value = new PhotometricLoss(ONE)
                        .of(seen.rgb(), t.get("target").floats(), 3, camera.width(), camera.height(), rgb);
                assertThat(value.loss()).isCloseTo(t.get("loss").values()[0], within(1e-5));
            } else {
                rgb = t.get("grad_output.rgb").floats();
                alpha = t.get("grad_output.alpha").floats();
                depth = t.get("grad_output.depth").floats();
            }
            Gradients out = new Gradients();
            rasteriser.backward(seen, rgb, alpha, depth, out);
            check(entry, t, share, "means", out.means);
            check(entry, t, share, "log_scales", out.logScales);
            check(entry, t, share, "quats", out.quaternions);
            check(entry, t, share, "opacity_logits", out.opacityLogits);
            check(entry, t, share, "sh", harmonics(g, camera, degree, out.colours));
            check(entry, t, share, "pose_twist", floats(out.twist));
            float[][] screen = new float[Footprint.SCREEN][g.size()];
            for (int i = 0; i < g.size(); i++) {
                double[] one = rasteriser.screenGradient(i);
                for (int k = 0; k < one.length; k++) {
                    screen[k][i] = (float) one[k];
                }
            }
            check(entry, t, share, "colours", zip(screen, 0, 1, 2));
            check(entry, t, share, "opacities", screen[4]);
            check(entry, t, share, "means2d", zip(screen, 5, 6));
            check(entry, t, share, "conics", zip(screen, 7, 8, 9));
            SplatFixtures.assertOfLargest("view_gradient", t.get("view_gradient"), out.view, share, 0);

            double exact = Fixtures.bound(entry, "(double:", 1e-6);
            PlainRasteriser plain = new PlainRasteriser(g, camera, degree);
            plain.render(background);
            if (!t.containsKey("target")) {
                PlainRasteriser.Backward back = plain.backward(
                        background,
                        t.get("grad_output.rgb").values(),
                        t.get("grad_output.alpha").values(),
                        t.get("grad_output.depth").values());
                check(entry, t, exact, "means", part(back.gaussians(), 0, 3));
                check(entry, t, exact, "log_scales", part(back.gaussians(), 3, 3));
                check(entry, t, exact, "quats", part(back.gaussians(), 6, 4));
                check(entry, t, exact, "opacity_logits", part(back.gaussians(), 10, 1));
                check(entry, t, exact, "pose_twist", floats(back.twist()));
                check(entry, t, exact, "background", floats(back.background()));
                check(entry, t, exact, "colours", part(back.screen(), 0, 3));
                check(entry, t, exact, "conics", part(back.screen(), 7, 3));
            }
        });
    }

    private static void check(Entry entry, Map<String, Tensor> t, double share, String name, float[] actual) {
        if (t.containsKey("grad." + name)) {
            SplatFixtures.assertOfLargest(entry + " " + name, t.get("grad." + name), actual, share, 0);
        }
    }

    private static float[] part(double[][] rows, int from, int count) {
        float[] out = new float[rows.length * count];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) rows[i / count][from + i % count];
        }
        return out;
    }

    private static float[] zip(float[][] columns, int... which) {
        float[] out = new float[which.length * columns[0].length];
        for (int i = 0; i < out.length; i++) {
            out[i] = columns[which[i % which.length]][i / which.length];
        }
        return out;
    }

    private static float[] harmonics(Gaussians g, Pinhole camera, int degree, float[] colours) {
        int width = Gaussians.coefficients(g.degree());
        float[] out = new float[3 * width * g.size()];
        Footprint f = new Footprint(camera);
        for (int i = 0; i < g.size(); i++) {
            double[] basis = f.view(g, i, degree);
            for (int k = 0; k < Gaussians.coefficients(degree); k++) {
                for (int c = 0; c < 3; c++) {
                    out[(i * width + k) * 3 + c] = (float) (basis[k] * colours[3 * i + c]);
                }
            }
        }
        return out;
    }

    @TestFactory
    Stream<DynamicTest> similarity() {
        return each("splat/ssim", entry -> {
            Map<String, Tensor> t = Fixtures.tensors(entry.path());
            double bound = Fixtures.bound(entry, "ssim, loss:", 1e-5);
            double[] gradient = SplatFixtures.numbers(
                    entry.tolerance().substring(entry.tolerance().indexOf("gradients:")));
            for (int c = 0; t.containsKey("case" + c + ".image"); c++) {
                String name = "case" + c;
                Tensor image = t.get(name + ".image");
                int channels = image.shape()[0];
                int height = image.shape()[1];
                int width = image.shape()[2];
                PhotometricLoss loss = new PhotometricLoss(ONE);
                float[] map = new float[image.values().length];
                float[] bySsim = new float[map.length];
                float[] byLoss = new float[map.length];
                float[] target = t.get(name + ".target").floats();
                double ssim = loss.ssim(image.floats(), target, channels, width, height, map, bySsim);
                double value = loss.of(image.floats(), target, channels, width, height, byLoss)
                        .loss();
                assertThat(ssim).as(name).isCloseTo(t.get(name + ".ssim").values()[0], within(bound));
                assertThat(value).as(name).isCloseTo(t.get(name + ".loss").values()[0], within(bound));
                Fixtures.assertWithin(
                        name + " map",
                        t.get(name + ".ssim_map"),
                        map,
                        Fixtures.named("float", t.get(name + ".ssim_map")));
                SplatFixtures.assertOfLargest(
                        name + " grad_ssim", t.get(name + ".grad_ssim"), bySsim, gradient[0], gradient[1]);
                SplatFixtures.assertOfLargest(
                        name + " grad_loss", t.get(name + ".grad_loss"), byLoss, gradient[0], gradient[1]);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> plyFiles() {
        return Fixtures.entries("splat/ply/good/", ".ply").stream()
                .map(entry -> dynamicTest(entry.toString(), () -> {
                    Entry values = Fixtures.entry(entry.path().replaceFirst("ply$", "safetensors"));
                    Gaussians expected = SplatFixtures.gaussians(Fixtures.tensors(values.path()), "");
                    Gaussians read = GaussianPly.read(entry.file());
                    assertThat(read.degree())
                            .isEqualTo(values.json().get("sh_degree").getAsInt());
                    assertThat(read).isEqualTo(expected);
                    if (!values.json().get("round_trip").getAsString().isEmpty()) {
                        Path written = folder.resolve("written.ply");
                        GaussianPly.write(read, written);
                        assertThat(written).hasSameBinaryContentAs(entry.file());
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> uplift() {
        return each("splat/uplift", entry -> {
            Map<String, Tensor> t = Fixtures.tensors(entry.path());
            Gaussians g = SplatFixtures.gaussians(t, "");
            int channels = entry.json().get("classes").getAsInt();
            List<Pinhole> cameras = new ArrayList<>();
            List<int[]> labels = new ArrayList<>();
            float[] weights = new float[g.size()];
            int[] hits = new int[g.size()];
            Rasteriser rasteriser = new Rasteriser(ONE);
            for (String name : SplatFixtures.cameras(t, "view")) {
                cameras.add(SplatFixtures.camera(t, name));
                labels.add(t.get(name + ".labels").ints());
                rasteriser.prepare(g, cameras.get(cameras.size() - 1), 0);
                rasteriser.gather(new int[labels.get(labels.size() - 1).length], 1, weights, hits);
            }
            SplatFixtures.assertOfLargest(
                    "weight_sums", t.get("weight_sums"), weights, Fixtures.bound(entry, "weight_sums", 1e-4), 0);
            assertThat(hits).isEqualTo(t.get("hits").ints());
            int[] ids = IntStream.range(0, channels).toArray();
            LabelField field = LabelField.of(g, cameras, labels, ids, 1, Progress.SILENT);
            field(entry, t, field, g.size(), channels);

            // the same labels as dense features give the same field
            List<float[]> maps = labels.stream().map(l -> oneHot(l, channels)).toList();
            field(entry, t, LabelField.ofFeatures(g, cameras, maps, ids, 1, Progress.SILENT), g.size(), channels);
        });
    }

    private static float[] oneHot(int[] labels, int channels) {
        float[] out = new float[channels * labels.length];
        for (int i = 0; i < labels.length; i++) {
            out[labels[i] * labels.length + i] = 1;
        }
        return out;
    }

    private static void field(Entry entry, Map<String, Tensor> t, LabelField field, int size, int channels) {
        int[] kept = new int[size];
        float[] features = new float[size * channels];
        for (int k = 0; k < field.origin().length; k++) {
            kept[field.origin()[k]] = 1;
            System.arraycopy(field.features(), k * channels, features, field.origin()[k] * channels, channels);
        }
        assertThat(kept).isEqualTo(t.get("kept").ints());
        Fixtures.assertWithin("features", t.get("features"), features, Fixtures.named("float", t.get("features")));
        for (String name : List.of("novel", "wide")) {
            if (t.containsKey(name + ".R")) {
                LabelMap map = field.render(SplatFixtures.camera(t, name));
                int[] ambiguous = t.get(name + ".ambiguous").ints();
                int[] expected = t.get(name + ".labels").ints();
                for (int i = 0; i < expected.length; i++) {
                    if (ambiguous[i] == 0) {
                        assertThat(map.labels()[i]).as(name + " pixel " + i).isEqualTo(expected[i]);
                    }
                }
                for (Map.Entry<String, float[]> e : Map.of(
                                "confidence", map.confidence(), "alpha", map.alpha(), "depth", map.depth())
                        .entrySet()) {
                    Tensor tensor = t.get(name + "." + e.getKey());
                    Fixtures.assertWithin(
                            name + " " + e.getKey(), tensor, e.getValue(), Fixtures.named("float", tensor));
                }
                float[] shares = new Rasteriser(1)
                        .render(field.gaussians(), SplatFixtures.camera(t, name), field.features(), channels);
                int n = map.labels().length;
                for (int i = 0; i < shares.length; i++) {
                    shares[i] /= Math.max(map.alpha()[i % n], 1e-10f);
                }
                Tensor tensor = t.get(name + ".features");
                Fixtures.assertWithin(name + " features", tensor, shares, Fixtures.named("float", tensor));
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> adam() {
        return each("splat/adam", entry -> {
            Map<String, Tensor> t = Fixtures.tensors(entry.path());
            JsonObject rates = entry.json().getAsJsonObject("learning_rates");
            double[] bounds = SplatFixtures.numbers(entry.tolerance()); // 1e-6, 1, 0.01, 1e-5
            for (String group : rates.keySet()) {
                double rate = rates.get(group).getAsDouble();
                float[] values = t.get("start." + group).floats();
                float[] first = new float[values.length];
                float[] second = new float[values.length];
                for (int step = 1; t.containsKey("step" + step + "." + group); step++) {
                    float[] gradient = t.get("step" + step + ".grad." + group).floats();
                    new Adam(rate, step).update(values, first, second, 0, gradient, 0, values.length);
                    Tensor expected = t.get("step" + step + "." + group);
                    for (int i = 0; i < values.length; i++) {
                        double e = expected.values()[i];
                        assertThat((double) values[i])
                                .as("%s step %d element %d", group, step, i)
                                .isCloseTo(e, within(bounds[0] * Math.max(1, Math.abs(e)) + bounds[2] * rate));
                    }
                    moments(t.get("step" + step + ".exp_avg." + group), first, bounds[3]);
                    moments(t.get("step" + step + ".exp_avg_sq." + group), second, bounds[3]);
                }
            }
        });
    }

    private static void moments(Tensor expected, float[] actual, double bound) {
        if (expected != null) {
            SplatFixtures.assertOfLargest("moments", expected, actual, bound, 0);
        }
    }

    @TestFactory
    Stream<DynamicTest> densification() {
        return each("splat/densify-", entry -> {
            Map<String, Tensor> t = Fixtures.tensors(entry.path());
            Gaussians before = SplatFixtures.gaussians(t, "before.");
            Tensor noise = t.get("split_noise");
            JsonObject json = entry.json();
            Densification.Result result = Densification.apply(
                    before,
                    t.get("gradient_sum").floats(),
                    t.get("visible_count").floats(),
                    json.get("iteration").getAsInt(),
                    json.get("extent").getAsDouble(),
                    json.get("gradient_threshold").getAsDouble(),
                    Integer.MAX_VALUE,
                    (child, split, axis) -> noise.values()[(child * noise.shape()[1] + split) * 3 + axis]);
            JsonObject counts = json.getAsJsonObject("result");
            assertThat(result.cloned()).isEqualTo(counts.get("cloned").getAsInt());
            assertThat(result.split()).isEqualTo(counts.get("split").getAsInt());
            assertThat(result.pruned()).isEqualTo(counts.get("pruned").getAsInt());
            assertThat(result.origin()).isEqualTo(t.get("after.origin").ints());
            assertThat(result.kind()).isEqualTo(t.get("after.kind").ints());
            same(entry, t, "after.", result.gaussians());
            Gaussians first = result.moments(SplatFixtures.gaussians(t, "before.exp_avg."));
            Gaussians second = result.moments(SplatFixtures.gaussians(t, "before.exp_avg_sq."));
            same(entry, t, "after.exp_avg.", first);
            same(entry, t, "after.exp_avg_sq.", second);
            Densification.reset(result.gaussians(), first, second);
            Fixtures.assertClose(
                    entry,
                    "reset",
                    t.get("reset.opacity_logits"),
                    result.gaussians().opacityLogits());
            assertThat(first.opacityLogits()).containsOnly(0);
        });
    }

    private static void same(Entry entry, Map<String, Tensor> t, String prefix, Gaussians actual) {
        Fixtures.assertClose(entry, prefix + "means", t.get(prefix + "means"), actual.means());
        Fixtures.assertClose(entry, prefix + "log_scales", t.get(prefix + "log_scales"), actual.logScales());
        Fixtures.assertClose(entry, prefix + "quats", t.get(prefix + "quats"), actual.quaternions());
        Fixtures.assertClose(
                entry, prefix + "opacity_logits", t.get(prefix + "opacity_logits"), actual.opacityLogits());
        Fixtures.assertClose(entry, prefix + "sh", t.get(prefix + "sh"), actual.sh());
    }

    @TestFactory
    Stream<DynamicTest> schedule() {
        return Fixtures.entries("splat/schedule", ".json").stream()
                .map(entry -> dynamicTest(entry.toString(), () -> {
                    JsonObject json = Fixtures.json(entry.path());
                    double bound = SplatFixtures.numbers(entry.tolerance())[0];
                    Schedule published = Schedule.PUBLISHED;
                    for (Map.Entry<String, JsonElement> e :
                            json.getAsJsonObject("means_learning_rate").entrySet()) {
                        relative(
                                published.meansRate(
                                        Integer.parseInt(e.getKey()),
                                        json.get("extent").getAsDouble()),
                                e.getValue().getAsDouble(),
                                bound);
                    }
                    for (Map.Entry<String, JsonElement> e :
                            json.getAsJsonObject("sh_degree_at_iteration").entrySet()) {
                        assertThat(published.degree(Integer.parseInt(e.getKey())))
                                .isEqualTo(e.getValue().getAsInt());
                    }
                    List<Pinhole> cameras = new ArrayList<>();
                    for (JsonElement e : json.getAsJsonArray("camera_centres")) {
                        float[] o = floats(e.getAsJsonArray());
                        cameras.add(Pinhole.of(
                                8, 8, 8, 8, 4, 4, new double[] {1, 0, 0, o[0], 0, 1, 0, o[1], 0, 0, 1, o[2], 0, 0, 0, 1
                                }));
                    }
                    relative(Pinhole.extent(cameras), json.get("camera_extent").getAsDouble(), bound);
                    float[] points = rows(json.getAsJsonArray("points"));
                    Gaussians start = SparseStart.of(points, new float[points.length], 0);
                    for (int i = 0; i < start.size(); i++) {
                        assertThat((double) start.logScales()[3 * i])
                                .isCloseTo(
                                        json.getAsJsonArray("log_scales").get(i).getAsDouble(), within(bound));
                        relative(
                                start.opacityLogits()[i],
                                json.get("opacity_logit").getAsDouble(),
                                bound);
                    }
                    float[] rgb = rows(json.getAsJsonArray("rgb"));
                    float[] dc = rows(json.getAsJsonArray("f_dc"));
                    for (int i = 0; i < rgb.length; i++) {
                        assertThat((double) SphericalHarmonics.coefficient(rgb[i]))
                                .isCloseTo(dc[i], within(bound * Math.max(1, Math.abs(dc[i]))));
                    }
                }));
    }

    private static void relative(double actual, double expected, double bound) {
        assertThat(actual).isCloseTo(expected, within(bound * Math.abs(expected)));
    }

    private static float[] rows(JsonArray rows) {
        float[] out = new float[3 * rows.size()];
        for (int i = 0; i < rows.size(); i++) {
            System.arraycopy(floats(rows.get(i).getAsJsonArray()), 0, out, 3 * i, 3);
        }
        return out;
    }

    private static float[] floats(JsonArray values) {
        float[] out = new float[values.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = values.get(i).getAsFloat();
        }
        return out;
    }

    @TestFactory
    Stream<DynamicTest> fit() {
        return each("splat/fit", entry -> {
            Map<String, Tensor> t = Fixtures.tensors(entry.path());
            JsonObject json = Fixtures.json(entry.path().replaceFirst("safetensors$", "json"));
            Entry losses = Fixtures.entry(entry.path().replaceFirst("safetensors$", "json"));
            double[] bounds = SplatFixtures.numbers(losses.tolerance()); // 1e-4 … up to step 10, 2e-3 after
            List<TrainingView> views = new ArrayList<>();
            for (String name : SplatFixtures.cameras(t, "view")) {
                views.add(new TrainingView(
                        SplatFixtures.camera(t, name), t.get(name + ".target").floats()));
            }
            Gaussians start = SplatFixtures.gaussians(t, "start.")
                    .withDegree(entry.json().get("sh_degree").getAsInt());
            Schedule p = Schedule.PUBLISHED.withoutDensification();
            // the fixture's degree is active from the first step
            Schedule schedule = new Schedule(
                    p.steps(),
                    p.meansRate(),
                    p.meansRateLast(),
                    p.dcRate(),
                    p.restRate(),
                    p.opacityRate(),
                    p.scaleRate(),
                    p.quaternionRate(),
                    0,
                    0,
                    0,
                    0,
                    0,
                    p.gradientThreshold());
            float[] background = floats(json.getAsJsonArray("background"));
            Fit fit = new Fit(
                    start,
                    views,
                    FitOptions.published()
                            .withSchedule(schedule)
                            .withThreads(1)
                            .withBackground(background[0], background[1], background[2]));
            assertThat(fit.state.extent).isCloseTo(json.get("extent").getAsDouble(), within(1e-6));
            JsonArray before = json.getAsJsonArray("loss_before_each_step");
            for (int s = 1; s <= before.size(); s++) {
                double bound = s <= bounds[1] ? bounds[0] : bounds[2];
                relative(fit.step(), before.get(s - 1).getAsDouble(), bound);
                if (json.getAsJsonObject("losses_per_view").has(String.valueOf(s))) {
                    JsonArray all = json.getAsJsonObject("losses_per_view").getAsJsonArray(String.valueOf(s));
                    for (int v = 0; v < views.size(); v++) {
                        relative(loss(fit, views.get(v)), all.get(v).getAsDouble(), bound);
                    }
                }
            }
            Fixtures.assertWithin(
                    "after50",
                    t.get("view0.after50"),
                    fit.render(views.get(0).camera()).rgb(),
                    Fixtures.bound(entry, "after50:", 5e-3));
        });
    }

    private static double loss(Fit fit, TrainingView view) {
        return new PhotometricLoss(ONE)
                .of(
                        fit.render(view.camera()).rgb(),
                        view.image(),
                        3,
                        view.camera().width(),
                        view.camera().height(),
                        null)
                .loss();
    }

    @TestFactory
    Stream<DynamicTest> badPlyFiles() {
        if (!Fixtures.has("splat/ply/bad/index.json")) {
            return Stream.empty();
        }
        List<DynamicTest> out = new ArrayList<>();
        for (JsonElement e : Fixtures.json("splat/ply/bad/index.json").getAsJsonArray("files")) {
            JsonObject json = e.getAsJsonObject();
            Path file = Fixtures.root()
                    .resolve("splat/ply/bad")
                    .resolve(json.get("file").getAsString());
            out.add(dynamicTest(
                    json.get("file").getAsString(),
                    () -> BadPly.check(file, json.get("expect").getAsString())));
        }
        return out.stream();
    }

    /** Every bad file is refused with a sentence that names what the index says it should. */
    private static final class BadPly {
        private static long allocated() {
            return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
                    .getCurrentThreadAllocatedBytes();
        }

        private static void check(Path file, String expect) throws IOException {
            assertThat(Files.exists(file)).isTrue();
            Throwable error = catchThrowable(() -> GaussianPly.read(file));
            assertThat(error).isInstanceOf(PanSt3RException.class);
            long before = allocated();
            catchThrowable(() -> GaussianPly.read(file));
            assertThat(allocated() - before).as("bytes that reading takes").isLessThan(2_000_000);
            String message = error.getMessage().replaceAll("[“”]", "");
            assertThat(message).startsWith(file.toString()).endsWith(".");
            // the words of the outcome that are names or kinds of trouble
            for (String word : List.of(
                    "bytes",
                    "end_header",
                    "not a PLY",
                    "binary_little_endian",
                    "missing",
                    "list",
                    "unknown",
                    "twice",
                    "f_rest",
                    "vertex",
                    "count",
                    "not valid",
                    "not finite",
                    "opacity",
                    "rot_3",
                    "f_rest_3",
                    "scale_2",
                    "vertex 3",
                    "vertex 0",
                    "vertex 5")) {
                if (expect.contains(word)) {
                    assertThat(message).as(expect).contains(word);
                }
            }
        }
    }
}
