package panst3r.checkpoint;

import com.google.gson.Gson;
import com.google.gson.JsonSyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import panst3r.PanSt3RException;

/**
 * Class names with the embeddings that a text tower gave them, not normalised.
 *
 * @param names K
 * @param width D
 * @param embeddings [K, D] row-major
 */
public record ClassTable(List<String> names, int width, float[] embeddings) {
    /** Metadata key of the names in a model's own file. */
    static final String NAMES = "class_names";

    public ClassTable {
        names = List.copyOf(names);
        if (embeddings.length != (long) names.size() * width) {
            throw new IllegalArgumentException(
                    embeddings.length + " values for " + names.size() + " classes of width " + width);
        }
    }

    /** Number of classes, K. */
    public int size() {
        return names.size();
    }

    /**
     * Reads a .safetensors file with a tensor {@code embeddings} [K, D], and {@code names}, a JSON array, in its metadata.
     *
     * @throws PanSt3RException if it is not that
     */
    public static ClassTable read(Path file) {
        return read(FileBytes.map(file));
    }

    static ClassTable read(FileBytes file) {
        SafetensorsFile safetensors = SafetensorsFile.of(file);
        String names = safetensors.metadata().get("names");
        if (names == null) {
            throw safetensors.bytes().fail("its metadata has no names for the classes");
        }
        return of(safetensors.bytes(), names, safetensors.tensors().get("embeddings"));
    }

    /**
     * Reads the embeddings alone, for names that are known from elsewhere.
     *
     * @throws PanSt3RException if their number differs
     */
    public static ClassTable read(Path file, List<String> names) {
        SafetensorsFile safetensors = SafetensorsFile.open(file);
        return of(safetensors.bytes(), names, safetensors.tensors().get("embeddings"));
    }

    /** Writes what {@link #read(Path)} reads. */
    public void write(Path file) {
        SafetensorsWriter.write(file, Map.of("embeddings", tensor()), Map.of("names", namesJson()));
    }

    static ClassTable of(FileBytes file, String namesJson, TensorData embeddings) {
        try {
            String[] names = new Gson().fromJson(namesJson, String[].class);
            if (names != null && List.of(names).stream().allMatch(Objects::nonNull)) {
                return of(file, List.of(names), embeddings);
            }
        } catch (JsonSyntaxException | NullPointerException e) {
            // said below
        }
        throw file.fail("its class names are not a JSON array of texts");
    }

    private static ClassTable of(FileBytes file, List<String> names, TensorData embeddings) {
        if (embeddings == null
                || !embeddings.dtype().isFloating()
                || embeddings.shape().length != 2
                || embeddings.shape()[0] != names.size()
                || embeddings.shape()[1] < 1) {
            throw file.fail("its embeddings are " + (embeddings == null ? "missing" : embeddings.toString())
                    + " instead of one row for each of " + names.size() + " classes");
        }
        return new ClassTable(names, (int) embeddings.shape()[1], embeddings.toFloats());
    }

    TensorData tensor() {
        return TensorData.of(embeddings, names.size(), width);
    }

    String namesJson() {
        return new Gson().toJson(names);
    }
}
