package panst3r.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import panst3r.Fixtures;
import panst3r.image.View;

class KeyframesTest {
    @Tag("parity")
    @TestFactory
    List<DynamicTest> evenlySpaced() {
        return Fixtures.entries("retrieval/linspace.json", "").stream()
                .map(e -> DynamicTest.dynamicTest(e.path(), () -> {
                    for (JsonElement c : cases(e)) {
                        JsonObject o = c.getAsJsonObject();
                        int count = o.get("views").getAsInt();
                        List<View> views = Collections.nCopies(count, new View(null, 1, 1, new float[3], null, null));
                        List<Integer> expected = new ArrayList<>();
                        o.getAsJsonArray("keyframes").forEach(k -> expected.add(k.getAsInt()));
                        assertThat(Keyframes.evenlySpaced(o.get("k").getAsInt()).choose(views))
                                .as(c.toString())
                                .isEqualTo(expected);
                    }
                }))
                .toList();
    }

    private static JsonArray cases(Fixtures.Entry entry) throws IOException {
        return new Gson().fromJson(Files.readString(entry.file()), JsonArray.class);
    }
}
