package panst3r.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import panst3r.Fixtures;
import panst3r.Progress;

/** Photos become the same views as in the reference implementation: size, crop, matrices, pixels. */
@Tag("parity")
class ImageParityTest {
    private static final Pattern TENSOR = Pattern.compile("size(\\d+)\\.(every8|corner|end)");
    private static final int EVERY = 8;

    @TestFactory
    Stream<DynamicTest> workingSizesAndMatrices() {
        return Fixtures.entries("images/", "size-table.json").stream()
                .flatMap(entry -> stream(Fixtures.json(entry.path()).getAsJsonArray("rows"))
                        .map(row -> DynamicTest.dynamicTest(
                                row.get("model_size").getAsInt() + ": " + integer(row, "W") + "×" + integer(row, "H"),
                                () -> {
                                    int w = integer(row, "W");
                                    int h = integer(row, "H");
                                    Framing f = Framing.of(integer(row, "model_size"), w, h);
                                    assertHeightWidth(
                                            row,
                                            "target_hw",
                                            f.size().height(),
                                            f.size().width());
                                    if (row.get("crop_hw").isJsonArray()) {
                                        assertHeightWidth(row, "crop_hw", f.cropHeight(), f.cropWidth());
                                    }
                                    assertThat(f.size().equals(new WorkingSize(w, h)))
                                            .isEqualTo(row.get("left_as_is").getAsBoolean());
                                    assertMatrices(row, f);
                                })));
    }

    @TestFactory
    Stream<DynamicTest> cases() {
        return Fixtures.entries("images/", "cases.json").stream()
                .flatMap(entry -> stream(Fixtures.json(entry.path()).getAsJsonArray("cases"))
                        .filter(c -> Fixtures.has("images/" + c.get("file").getAsString()))
                        .map(c -> DynamicTest.dynamicTest(
                                c.get("name").getAsString() + " at " + c.get("model_size"), () -> assertCase(c))));
    }

    @TestFactory
    Stream<DynamicTest> pixels() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Fixtures.Entry entry : Fixtures.entries("images/", ".safetensors")) {
            List<Fixtures.Entry> photos = Fixtures.entries("images/" + entry.stem() + ".", "").stream()
                    .filter(e -> !e.path().endsWith(".safetensors") && !e.path().endsWith(".json"))
                    .toList();
            if (photos.isEmpty()) {
                continue;
            }
            Map<String, Fixtures.Tensor> tensors = Fixtures.tensors(entry.path());
            tensors.keySet().stream()
                    .map(TENSOR::matcher)
                    .filter(Matcher::matches)
                    .map(m -> Integer.parseInt(m.group(1)))
                    .distinct()
                    .forEach(size -> tests.add(DynamicTest.dynamicTest(
                            entry.stem() + " at " + size, () -> assertPixels(entry, photos.get(0), size, tensors))));
        }
        return tests.stream();
    }

    private static void assertCase(JsonObject c) {
        Fixtures.Entry photoFile = Fixtures.entry("images/" + c.get("file").getAsString());
        ImageSet set = ImageSet.open(photoFile.file());
        Photo photo = set.photos().get(0);
        assertThat(List.of(photo.width(), photo.height())).isEqualTo(integers(c, "decoded_wh"));
        Framing f = Framing.of(integer(c, "model_size"), photo.width(), photo.height());
        assertHeightWidth(c, "crop_hw", f.cropHeight(), f.cropWidth());
        assertHeightWidth(c, "crop_offset_yx", f.y(), f.x());
        assertHeightWidth(c, "working_hw", f.size().height(), f.size().width());
        assertMatrices(c, f);

        View view = set.load(integer(c, "model_size"), Progress.SILENT).get(0);
        double sum = 0;
        double sumAbs = 0;
        double squares = 0;
        for (float v : view.pixels()) {
            sum += v;
            sumAbs += Math.abs(v);
            squares += (double) v * v;
        }
        int n = view.pixels().length;
        double tolerance = tolerance(Fixtures.entry("images/" + photoFile.stem() + ".safetensors"), photoFile);
        assertThat(sum / n).isCloseTo(c.get("mean").getAsDouble(), within(tolerance));
        assertThat(sumAbs / n).isCloseTo(c.get("mean_abs").getAsDouble(), within(tolerance));
        assertThat(squares / n).isCloseTo(c.get("sum_of_squares").getAsDouble() / n, within(2 * tolerance));
    }

    private static void assertPixels(
            Fixtures.Entry entry, Fixtures.Entry photo, int modelSize, Map<String, Fixtures.Tensor> tensors) {
        View view = ImageSet.open(photo.file()).load(modelSize, Progress.SILENT).get(0);
        double tolerance = tolerance(entry, photo);
        tensors.forEach((name, expected) -> {
            Matcher m = TENSOR.matcher(name);
            if (m.matches() && Integer.parseInt(m.group(1)) == modelSize) {
                int h = expected.shape()[1];
                int w = expected.shape()[2];
                boolean end = m.group(2).equals("end");
                float[] actual = part(
                        view,
                        end ? view.height() - h : 0,
                        end ? view.width() - w : 0,
                        m.group(2).equals("every8") ? EVERY : 1,
                        h,
                        w);
                Fixtures.assertWithin(photo + " " + name, expected, actual, tolerance);
            }
        });
    }

    /** The entry states one tolerance for lossless images and one for JPEG. */
    private static double tolerance(Fixtures.Entry entry, Fixtures.Entry photo) {
        boolean jpeg = photo.path().endsWith(".jpg") || photo.path().endsWith(".jpeg");
        return jpeg ? Fixtures.bound(entry, "PNG inputs;", 0.02) : Fixtures.bound(entry, "max abs difference", 1e-4);
    }

    private static float[] part(View view, int top, int left, int step, int h, int w) {
        float[] out = new float[3 * h * w];
        for (int c = 0, i = 0; c < 3; c++) {
            for (int y = 0; y < h; y++) {
                for (int x = 0; x < w; x++) {
                    out[i++] = view.pixels()[(c * view.height() + top + step * y) * view.width() + left + step * x];
                }
            }
        }
        return out;
    }

    private static void assertMatrices(JsonObject expected, Framing f) {
        assertMatrix(expected, "to_working", f.referencePhotoToView());
        assertMatrix(expected, "to_original", f.referenceViewToPhoto());
        // What was really cut is at most half a photo pixel away, and exact where the offset is whole.
        double dx = f.viewToPhoto()[2] - f.referenceViewToPhoto()[2];
        double dy = f.viewToPhoto()[5] - f.referenceViewToPhoto()[5];
        assertThat(Math.abs(dx)).isIn(0.0, 0.5);
        assertThat(Math.abs(dy)).isIn(0.0, 0.5);
    }

    private static void assertMatrix(JsonObject expected, String name, double[] actual) {
        JsonArray rows = expected.getAsJsonArray(name);
        for (int i = 0; i < 9; i++) {
            double e = rows.get(i / 3).getAsJsonArray().get(i % 3).getAsDouble();
            assertThat(actual[i]).as(name + " " + i).isCloseTo(e, within(1e-9 * Math.max(1e-300, Math.abs(e))));
        }
    }

    private static void assertHeightWidth(JsonObject expected, String name, int first, int second) {
        assertThat(List.of(first, second)).as(name).isEqualTo(integers(expected, name));
    }

    private static Stream<JsonObject> stream(JsonArray array) {
        return array.asList().stream().map(JsonElement::getAsJsonObject);
    }

    private static int integer(JsonObject o, String name) {
        return o.get(name).getAsInt();
    }

    private static List<Integer> integers(JsonObject o, String name) {
        return o.getAsJsonArray(name).asList().stream()
                .map(JsonElement::getAsInt)
                .toList();
    }
}
