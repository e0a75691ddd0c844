package panst3r.checkpoint;

import com.google.gson.Gson;
import com.google.gson.JsonSyntaxException;
import com.google.gson.reflect.TypeToken;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import panst3r.PanSt3RException;

/**
 * A checkpoint file: the door of this package. Opening one reads and checks its configuration and the names and shapes of
 * all tensors, and maps the file into memory; no weight is read before it is asked for.
 *
 * <p>This project's own form is a .safetensors file with the constructor strings, and perhaps a fixed class table, in its
 * metadata; {@link #write} makes one.
 */
public final class Checkpoint implements AutoCloseable {
    private static final String CLASS_EMBEDDINGS = "classes.embeddings";
    private static final String FORMAT = "panst3r-1";
    private static final Map<String, String> STRATEGIES =
            Map.of("standard_v1", "standard-v1", "standard_v2", "standard-v2", "qubo", "qubo");

    private final Path file;
    private final long bytes;
    private final ModelDescription description;
    private final ModelConfig config;
    private final Weights weights;
    private final Optional<ClassTable> classes;
    private final Optional<Object> retrieval;

    private Checkpoint(
            FileBytes file,
            ModelDescription description,
            Map<String, TensorData> tensors,
            Optional<ClassTable> classes,
            Optional<Object> retrieval) {
        this.file = Path.of(file.name());
        this.bytes = file.size();
        this.description = description;
        this.config = parse(file, description);
        String differences = ParameterLayout.differences(config, tensors);
        if (!differences.isEmpty()) {
            throw file.fail("its tensors do not fit its configuration: " + differences);
        }
        if (classes.isPresent() && classes.get().width() != textWidth(config)) {
            throw file.fail(
                    "its class embeddings are " + classes.get().width() + " wide instead of " + textWidth(config));
        }
        this.weights = new Weights(tensors);
        this.classes = classes;
        this.retrieval = retrieval;
    }

    /**
     * Opens a PanSt3R or MUSt3R checkpoint (.pth, zip of {@code torch.save}) or this project's own .safetensors form. The
     * content decides, not the name. Nothing in the file is executed.
     *
     * @throws PanSt3RException if it is none of these, damaged, or does not fit its own configuration
     */
    public static Checkpoint open(Path file) {
        return open(FileBytes.map(file));
    }

    static Checkpoint open(FileBytes file) {
        if (PickleFile.isZip(file)) {
            return fromTorch(file, PickleFile.readTorch(file));
        }
        PickleFile.refuseOtherKinds(file);
        if (file.size() > 8 && file.slice(8, 1).get() == '{') {
            return fromSafetensors(SafetensorsFile.of(file));
        }
        throw file.fail("it is neither a zip of torch.save (.pth) nor a .safetensors file; download it again");
    }

    /**
     * Writes a model in this project's own form.
     *
     * @param tensors exactly those that the description calls for, of floating point
     * @param classes the model's fixed classes, if it knows no others
     * @throws PanSt3RException if they do not fit the description, or the file cannot be written
     */
    public static void write(
            Path file, ModelDescription description, Map<String, TensorData> tensors, Optional<ClassTable> classes) {
        String differences = ParameterLayout.differences(description.config(), tensors);
        if (!differences.isEmpty()) {
            throw new PanSt3RException(
                    file + " was not written: the tensors do not fit the description: " + differences);
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("format", FORMAT);
        metadata.put("must3r_encoder", description.encoder());
        metadata.put("must3r_decoder", description.decoder());
        description.dinoEncoder().ifPresent(s -> metadata.put("dino_encoder", s));
        description.panopticDecoder().ifPresent(s -> metadata.put("panoptic_decoder", s));
        if (!description.dinoConfig().isEmpty()) {
            metadata.put("dino_config", new Gson().toJson(new TreeMap<>(description.dinoConfig())));
        }
        metadata.put("postprocess_default", description.postprocessDefault());
        Map<String, TensorData> all = new LinkedHashMap<>(tensors);
        classes.ifPresent(c -> {
            metadata.put(ClassTable.NAMES, c.namesJson());
            all.put(CLASS_EMBEDDINGS, c.tensor());
        });
        SafetensorsWriter.write(file, all, metadata);
    }

    public Path file() {
        return file;
    }

    /** Size of the file. */
    public long bytes() {
        return bytes;
    }

    public ModelConfig config() {
        return config;
    }

    /** The constructor strings that {@link #config} was read from. */
    public ModelDescription description() {
        return description;
    }

    /**
     * All parameters by their names in a PanSt3R checkpoint: {@code must3r_encoder.*}, {@code must3r_decoder.*},
     * {@code dino_encoder.*}, {@code panoptic_decoder.*}; the first two also for a MUSt3R-only file.
     */
    public Weights weights() {
        return weights;
    }

    /** False for a MUSt3R-only checkpoint, which gives geometry without masks. */
    public boolean hasPanopticDecoder() {
        return config.panoptic().isPresent();
    }

    /** The file's own classes, where it has some (.safetensors only). */
    public Optional<ClassTable> classes() {
        return classes;
    }

    /** How its authors merge: {@link ModelDescription#postprocessDefault}. */
    public String postprocessDefault() {
        return description.postprocessDefault();
    }

    /**
     * The retrieval part (retrieval.md) as {@link PickleFile#read} gives it: maps, lists, {@link Namespace},
     * {@link TensorData}, {@link NumpyArray}; if the file has one.
     */
    public Optional<Object> retrieval() {
        return retrieval;
    }

    /**
     * Says that this object is needed no more. Tensors handed out stay usable: the file stays mapped until the last of them
     * is garbage, and must not be overwritten in place until then.
     */
    @Override
    public void close() {
        // the channel was closed after mapping; a mapping ends with its last buffer
    }

    // ---- .pth

    private static Checkpoint fromTorch(FileBytes file, Object root) {
        if (!(root instanceof Map<?, ?> top)) {
            throw file.fail("it holds no dict with weights and args");
        }
        if (top.get("weights") instanceof Map<?, ?> state) {
            return panoptic(file, top, state);
        }
        if (top.get("encoder") instanceof Map<?, ?> encoder && top.get("decoder") instanceof Map<?, ?> decoder) {
            return geometry(file, top, encoder, decoder);
        }
        if (!top.isEmpty() && top.values().stream().allMatch(TensorData.class::isInstance)) {
            throw file.fail("it is a bare state dict; save a dict with the keys weights and args, "
                    + "where args holds the constructor strings");
        }
        throw file.fail("it has neither weights (PanSt3R) nor encoder and decoder (MUSt3R)");
    }

    private static Checkpoint panoptic(FileBytes file, Map<?, ?> top, Map<?, ?> state) {
        Namespace args = args(file, top);
        Object dinoConfig = args.get("dino_config");
        if (dinoConfig != null && !(dinoConfig instanceof Map<?, ?>)) {
            throw file.fail("its args.dino_config is not a dict");
        }
        ModelDescription description = new ModelDescription(
                string(file, args, "must3r_encoder"),
                string(file, args, "must3r_decoder"),
                Optional.of(string(file, args, "dino_encoder")),
                Optional.of(string(file, args, "panoptic_decoder")),
                dinoConfig == null ? Map.of() : numbers(file, (Map<?, ?>) dinoConfig),
                strategy(file, args.get("postprocess_default")));
        Map<String, TensorData> tensors = new LinkedHashMap<>();
        putAll(file, "", state, tensors);
        return new Checkpoint(file, description, tensors, Optional.empty(), Optional.ofNullable(top.get("retrieval")));
    }

    private static Checkpoint geometry(FileBytes file, Map<?, ?> top, Map<?, ?> encoder, Map<?, ?> decoder) {
        Namespace args = args(file, top);
        ModelDescription description =
                ModelDescription.geometry(string(file, args, "encoder"), string(file, args, "decoder"));
        Map<String, TensorData> tensors = new LinkedHashMap<>();
        putAll(file, "must3r_encoder.", encoder, tensors);
        putAll(file, "must3r_decoder.", decoder, tensors);
        return new Checkpoint(file, description, tensors, Optional.empty(), Optional.ofNullable(top.get("retrieval")));
    }

    private static Namespace args(FileBytes file, Map<?, ?> top) {
        if (top.get("args") instanceof Namespace args) {
            return args;
        }
        throw file.fail("its args are missing, and without the constructor strings in them its weights mean nothing");
    }

    private static String string(FileBytes file, Namespace args, String name) {
        if (args.get(name) instanceof String s) {
            return s;
        }
        throw file.fail("its args have no constructor string " + name);
    }

    private static Map<String, Object> numbers(FileBytes file, Map<?, ?> dict) {
        Map<String, Object> out = new LinkedHashMap<>();
        dict.forEach((key, value) -> {
            if (!(key instanceof String && (value instanceof Number || value instanceof Boolean))) {
                throw file.fail("its args.dino_config has an entry that is neither a number nor a truth value");
            }
            out.put((String) key, value);
        });
        return out;
    }

    private static String strategy(FileBytes file, Object name) {
        if (name == null) {
            return "standard-v2";
        }
        String strategy = name instanceof String s ? STRATEGIES.get(s) : null;
        if (strategy == null) {
            throw file.fail("its args.postprocess_default is "
                    + (name instanceof String s ? Text.quote(s) : "no text")
                    + " instead of standard_v1, standard_v2 or qubo");
        }
        return strategy;
    }

    private static void putAll(FileBytes file, String prefix, Map<?, ?> state, Map<String, TensorData> tensors) {
        state.forEach((name, value) -> {
            if (!(name instanceof String && value instanceof TensorData)) {
                throw file.fail(
                        "its weights hold " + Text.quote(String.valueOf(name)) + ", which is not a named tensor");
            }
            tensors.put(prefix + name, (TensorData) value);
        });
    }

    // ---- .safetensors

    private static Checkpoint fromSafetensors(SafetensorsFile safetensors) {
        FileBytes file = safetensors.bytes();
        Map<String, String> metadata = safetensors.metadata();
        String format = metadata.getOrDefault("format", "");
        if (format.startsWith("panst3r-") && !format.equals(FORMAT)) {
            throw file.fail("it is of format " + Text.quote(format) + ", which a newer version of this program wrote");
        }
        if (!metadata.containsKey("must3r_encoder") || !metadata.containsKey("must3r_decoder")) {
            throw file.fail("its metadata has no constructor strings, so it is some other model's file");
        }
        ModelDescription description = new ModelDescription(
                metadata.get("must3r_encoder"),
                metadata.get("must3r_decoder"),
                Optional.ofNullable(metadata.get("dino_encoder")),
                Optional.ofNullable(metadata.get("panoptic_decoder")),
                dinoConfig(file, metadata.get("dino_config")),
                metadata.getOrDefault("postprocess_default", "standard-v2"));
        if (!STRATEGIES.containsValue(description.postprocessDefault().split("[ :]", 2)[0])) {
            throw file.fail("its postprocess_default begins with none of " + new TreeSet<>(STRATEGIES.values()));
        }
        Map<String, TensorData> tensors = new LinkedHashMap<>(safetensors.tensors());
        TensorData embeddings = tensors.remove(CLASS_EMBEDDINGS);
        String names = metadata.get(ClassTable.NAMES);
        if ((embeddings == null) != (names == null)) {
            throw file.fail("it has class names without embeddings, or the other way round");
        }
        Optional<ClassTable> classes =
                names == null ? Optional.empty() : Optional.of(ClassTable.of(file, names, embeddings));
        return new Checkpoint(file, description, tensors, classes, Optional.empty());
    }

    private static Map<String, Object> dinoConfig(FileBytes file, String json) {
        if (json == null) {
            return Map.of();
        }
        try {
            Map<String, Object> dict = new Gson().fromJson(json, new TypeToken<Map<String, Object>>() {}.getType());
            Map<String, Object> out = new LinkedHashMap<>();
            // Gson reads every number as a double; the sizes are integers
            numbers(file, dict == null ? Map.of() : dict)
                    .forEach((k, v) ->
                            out.put(k, v instanceof Double d && d == Math.rint(d) ? (Object) d.longValue() : v));
            return out;
        } catch (JsonSyntaxException e) {
            throw file.fail("its dino_config is not JSON");
        }
    }

    // ---- both

    private static ModelConfig parse(FileBytes file, ModelDescription description) {
        try {
            return description.config();
        } catch (PanSt3RException e) {
            throw new PanSt3RException(file.name() + " cannot be used as a checkpoint: " + e.getMessage(), e);
        }
    }

    private static int textWidth(ModelConfig config) {
        return config.panoptic().map(p -> p.textEncoder().width()).orElse(0);
    }
}
