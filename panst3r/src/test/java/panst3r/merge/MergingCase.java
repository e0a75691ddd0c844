package panst3r.merge;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import panst3r.Fixtures;
import panst3r.Fixtures.Tensor;
import panst3r.checkpoint.LabelMode;

/**
 * One folder of merging fixtures: the raw prediction and what the authors' implementation makes of it.
 *
 * @param inputs raw prediction by tensor name
 * @param tensors maps and energies by tensor name
 * @param numbers segments, energies, chosen queries
 */
record MergingCase(Fixtures.Entry entry, Map<String, Tensor> inputs, Map<String, Tensor> tensors, JsonObject numbers) {
    /** All cases of the set in use, found by what the files hold. */
    static List<MergingCase> all() {
        List<MergingCase> out = new ArrayList<>();
        for (Fixtures.Entry expected : Fixtures.entries("merging/", ".safetensors")) {
            if (holdsInput(expected)) {
                continue;
            }
            String folder = expected.folder() + "/";
            var input = Fixtures.entries(folder, ".safetensors").stream()
                    .filter(e -> holdsInput(e))
                    .findFirst();
            var json = Fixtures.entries(folder, ".json").stream().findFirst();
            if (input.isPresent() && json.isPresent()) {
                out.add(new MergingCase(
                        expected,
                        Fixtures.tensors(input.get().path()),
                        Fixtures.tensors(expected.path()),
                        Fixtures.json(json.get().path())));
            }
        }
        return out;
    }

    private static boolean holdsInput(Fixtures.Entry entry) {
        return entry.json().getAsJsonObject("tensors").has("view0.mask_logits");
    }

    /** Whether the file holds class logits of this mode. */
    boolean has(String labelMode) {
        return inputs.containsKey(tensor(labelMode));
    }

    private static String tensor(String labelMode) {
        return labelMode.equals("softmax") ? "class_logits_softmax" : "class_logits";
    }

    ClassLogits classes(String labelMode) {
        LabelMode mode = labelMode.equals("softmax") ? LabelMode.SOFTMAX : LabelMode.SIGMOID;
        Tensor t = inputs.get(tensor(labelMode));
        return new ClassLogits(t.shape()[0], t.shape()[1], t.floats(), mode);
    }

    MaskSource masks() {
        JsonArray sizes = numbers.getAsJsonArray("sizes_hw");
        List<int[]> shapes = new ArrayList<>();
        List<float[]> values = new ArrayList<>();
        int queries = 0;
        for (int v = 0; v < sizes.size(); v++) {
            Tensor t = inputs.get("view" + v + ".mask_logits");
            JsonArray size = sizes.get(v).getAsJsonArray();
            shapes.add(new int[] {size.get(0).getAsInt(), size.get(1).getAsInt(), t.shape()[1], t.shape()[2]});
            values.add(t.floats());
            queries = t.shape()[0];
        }
        return new ArrayMasks(queries, shapes, values);
    }

    /** Energies and solutions of the minimisation; null if the case holds none. */
    JsonObject qubo() {
        return numbers.getAsJsonObject("qubo");
    }

    @Override
    public String toString() {
        return entry.folder();
    }
}
