package panst3r.inference;

import com.google.gson.JsonElement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import panst3r.Fixtures;
import panst3r.Fixtures.Entry;
import panst3r.Fixtures.Tensor;
import panst3r.checkpoint.ClassTable;
import panst3r.image.View;

/** Models and scenes of the fixtures, found by the files that the manifest lists. */
public final class ModelFixtures {
    private ModelFixtures() {}

    /** A scene of a model, both by their folders. */
    public record SceneFixture(Entry stages) {
        /** Folder of the scene. */
        public String folder() {
            return stages.folder();
        }

        /** Folder of the model. */
        public String model() {
            return folder().substring(0, folder().lastIndexOf('/'));
        }

        public Entry checkpoint() {
            return Fixtures.entry(model() + "/model.pth");
        }

        public List<View> views() {
            Map<String, Tensor> inputs = Fixtures.tensors(folder() + "/inputs.safetensors");
            List<View> views = new ArrayList<>();
            for (int i = 0; inputs.containsKey("view" + i + ".image"); i++) {
                Tensor t = inputs.get("view" + i + ".image");
                views.add(new View(null, t.shape()[2], t.shape()[1], t.floats(), null, null));
            }
            return views;
        }

        /** Null where the model has none. */
        public ClassTable classes() {
            String path = model() + "/classes.safetensors";
            if (!Fixtures.has(path)) {
                return null;
            }
            Tensor t = Fixtures.tensors(path).values().iterator().next();
            List<String> names = StreamSupport.stream(
                            Fixtures.entry(path).meta().getAsJsonArray("names").spliterator(), false)
                    .map(JsonElement::getAsString)
                    .toList();
            return new ClassTable(names, t.shape()[1], t.floats());
        }

        /** As scene.json lists them; all views where it does not. */
        public Keyframes keyframes() {
            String path = folder() + "/scene.json";
            if (!Fixtures.has(path) || !Fixtures.json(path).has("keyframes")) {
                return Keyframes.all();
            }
            List<Integer> listed = new ArrayList<>();
            Fixtures.json(path).getAsJsonArray("keyframes").forEach(e -> listed.add(e.getAsInt()));
            return views -> listed;
        }

        @Override
        public String toString() {
            return folder();
        }
    }

    /** Every scene that has stages and a model beside it. */
    public static List<SceneFixture> scenes() {
        return Fixtures.entries("", "/stages.safetensors").stream()
                .map(SceneFixture::new)
                .filter(s -> s.folder().contains("/") && Fixtures.has(s.model() + "/model.pth"))
                .toList();
    }
}
