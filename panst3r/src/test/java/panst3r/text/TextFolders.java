package panst3r.text;

import com.google.gson.JsonElement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import panst3r.Fixtures;
import panst3r.Fixtures.Entry;

/** The text encoders of the fixtures, each put together in a folder as a user has it. */
public final class TextFolders {
    private TextFolders() {}

    /** A tower and the numbers that it gave. */
    public record Tower(Entry config, Entry embeddings) {
        public Entry weights() {
            return Fixtures.entry(config.folder() + "/model.safetensors");
        }

        @Override
        public String toString() {
            return config.folder();
        }
    }

    /** Every folder with a tower and a file of embeddings beside it. */
    public static List<Tower> all() {
        return Fixtures.entries("text/", "/config.json").stream()
                .filter(e -> Fixtures.has(e.folder() + "-embeddings.safetensors"))
                .map(e -> new Tower(e, Fixtures.entry(e.folder() + "-embeddings.safetensors")))
                .toList();
    }

    /** Files with names and their tokens. */
    public static List<Entry> tokens() {
        return Fixtures.entries("text/", "tokens.json");
    }

    public static Path sentencePieces(Entry tokens) {
        return Fixtures.entry(tokens.folder() + "/spiece.model").file();
    }

    /** Makes a folder of a tower and the sentencepiece model. */
    public static Path assemble(Path folder, Tower tower, Path pieces) throws IOException {
        Files.createDirectories(folder);
        Files.copy(tower.config().file(), folder.resolve("config.json"));
        Files.copy(tower.weights().file(), folder.resolve("model.safetensors"));
        Files.copy(pieces, folder.resolve("spiece.model"));
        return folder;
    }

    /** Names in order, as the file has them. */
    public static List<String> names(Entry tokens) {
        List<String> names = new ArrayList<>();
        for (JsonElement c : Fixtures.json(tokens.path()).getAsJsonArray("cases")) {
            names.add(c.getAsJsonObject().get("name").getAsString());
        }
        return names;
    }

    /** Those of the names that a user may ask for: once each, not empty. */
    static List<Integer> usable(List<String> names) {
        Set<String> seen = new LinkedHashSet<>();
        List<Integer> out = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i).strip();
            if (!name.isEmpty() && name.length() <= Vocabulary.LONGEST && seen.add(name)) {
                out.add(i);
            }
        }
        return out;
    }
}
