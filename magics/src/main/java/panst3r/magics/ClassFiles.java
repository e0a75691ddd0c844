package panst3r.magics;

import com.google.gson.Gson;
import com.google.gson.JsonSyntaxException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import panst3r.PanSt3RException;
import panst3r.checkpoint.ClassTable;
import panst3r.checkpoint.SafetensorsFile;
import panst3r.checkpoint.TensorData;

/**
 * Class embeddings as a text tower wrote them: a .safetensors with one tensor [classes, width]. The names are a JSON
 * list in its metadata ({@code names}), or the lines of a .txt of the same name beside it.
 */
final class ClassFiles {
    private static final int LONGEST_NAME = 2000;

    private ClassFiles() {}

    /**
     * @param given names in order, or null for those that the file knows
     * @throws PanSt3RException if the file holds no such table
     */
    static ClassTable read(Path file, List<String> given) {
        SafetensorsFile tensors = SafetensorsFile.open(file);
        Map<String, TensorData> all = tensors.tensors();
        TensorData table = all.size() == 1 ? all.values().iterator().next() : all.get("embeddings");
        if (table == null || table.shape().length != 2 || table.elements() == 0) {
            throw new PanSt3RException(
                    file + " holds no class embeddings; it needs a tensor “embeddings” of" + " [classes, width].");
        }
        int classes = Math.toIntExact(table.shape()[0]);
        List<String> names =
                given != null ? given : names(file, tensors.metadata().get("names"), classes);
        if (names.size() != classes) {
            throw new PanSt3RException(
                    file + " holds " + classes + " classes, but there are " + names.size() + " names for them.");
        }
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (name.isBlank() || name.length() > LONGEST_NAME || !seen.add(name)) {
                String shown = name.length() > 40 ? name.substring(0, 40) + "…" : name;
                throw new PanSt3RException(
                        "The class name “" + shown + "” of " + file + " is empty, too long or comes twice.");
            }
        }
        float[] values = table.toFloats();
        if (IntStream.range(0, values.length).anyMatch(i -> !Float.isFinite(values[i]))) {
            throw new PanSt3RException(file + " holds class embeddings that are no finite numbers.");
        }
        return new ClassTable(names, Math.toIntExact(table.shape()[1]), values);
    }

    private static List<String> names(Path file, String json, int classes) {
        if (json != null) {
            try {
                String[] names = new Gson().fromJson(json, String[].class);
                return names == null ? List.of() : Arrays.asList(names);
            } catch (JsonSyntaxException e) {
                throw new PanSt3RException("The class names in the header of " + file + " are no JSON list.", e);
            }
        }
        Path text = file.resolveSibling(file.getFileName().toString().replaceFirst("\\.[^.]*$", "") + ".txt");
        if (Files.isRegularFile(text)) {
            try {
                return Files.readAllLines(text, StandardCharsets.UTF_8).stream()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .toList();
            } catch (IOException e) {
                throw new PanSt3RException(text + " cannot be read as class names: " + e.getMessage() + ".", e);
            }
        }
        return IntStream.range(0, classes).mapToObj(i -> "class " + i).toList();
    }
}
