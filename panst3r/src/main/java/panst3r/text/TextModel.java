package panst3r.text;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.UserCache;
import panst3r.checkpoint.ClassTable;
import panst3r.checkpoint.PanopticConfig.TextEncoder;
import panst3r.checkpoint.SafetensorsFile;
import panst3r.checkpoint.TensorData;
import panst3r.checkpoint.Weights;
import panst3r.nn.Parameters;
import panst3r.nn.Scope;

/**
 * A text encoder with its tokenizer, from a local folder as Hugging Face lays it out: {@code config.json},
 * {@code model.safetensors} and {@code spiece.model} (SigLIP) or {@code tokenizer.json} (SigLIP 2, CLIP). An image encoder
 * in the same file is left alone.
 *
 * <pre>{@code
 * try (TextModel text = TextModel.open(Path.of("siglip-base-patch16-224"))) {
 *     ClassTable classes = text.embed(Vocabulary.of("scannet"), progress);
 * }
 * }</pre>
 *
 * Holds native memory until closed.
 */
public final class TextModel implements AutoCloseable {
    /** Texts that go through the tower together. */
    private static final int BATCH = 16;

    /** Bytes of every tensor that tell one model's weights from another's. */
    private static final int SAMPLE = 4096;

    private final Path folder;
    private final TextConfig config;
    private final Tokenizer tokenizer;
    private final NDManager manager;
    private final TextTower tower;
    private final int width;
    private final String digest;
    private EmbeddingCache cache;

    private TextModel(Path folder, TextConfig config, Tokenizer tokenizer, Weights weights, String digest) {
        this.folder = folder;
        this.config = config;
        this.tokenizer = tokenizer;
        this.digest = digest;
        manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        tower = new TextTower(config, Parameters.of(weights, manager).at("text_model"), manager);
        width = config.kind() == TextEncoder.CLIP
                ? config.width()
                : Math.toIntExact(weights.get("text_model.head.weight").shape()[0]);
    }

    /** @throws PanSt3RException if a file is missing, damaged, or does not fit the others */
    public static TextModel open(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new PanSt3RException("There is no folder " + folder.toAbsolutePath()
                    + "; name the one with the text encoder's config.json.");
        }
        TextConfig config = TextConfig.read(existing(folder, "config.json"));
        Path weightsFile = existing(folder, "model.safetensors");
        Path tokenizerFile = existing(folder, config.kind() == TextEncoder.SIGLIP ? "spiece.model" : "tokenizer.json");
        Map<String, TensorData> tensors = new LinkedHashMap<>();
        SafetensorsFile.open(weightsFile).tensors().forEach((name, tensor) -> {
            if (name.startsWith("text_model.")) {
                tensors.put(name, tensor);
            }
        });
        check(weightsFile, config, tensors);
        Tokenizer tokenizer = config.kind() == TextEncoder.SIGLIP
                ? Tokenizer.sentencePiece(tokenizerFile)
                : Tokenizer.huggingFace(tokenizerFile, padding(folder, config.kind()));
        try {
            return new TextModel(
                    folder, config, tokenizer, new Weights(tensors), digest(config, tokenizerFile, tensors));
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    /** Which of the three kinds of encoder it is. */
    public TextEncoder kind() {
        return config.kind();
    }

    /** Numbers in an embedding. */
    public int width() {
        return width;
    }

    /** Keeps embeddings in this directory and takes them from there, by model and text; null to keep none. */
    public TextModel cache(Path directory) {
        cache = directory == null ? null : new EmbeddingCache(directory, digest, width);
        return this;
    }

    /** What the encoder is given for a class. */
    public static String prompt(TextEncoder kind, String name) {
        return switch (kind) {
            case SIGLIP -> "This is a photo of " + name + ".";
            case SIGLIP2 -> "this is a photo of " + name;
            case CLIP -> "a photo of " + name;
        };
    }

    /**
     * Embeddings of class names, or of anything else that can be seen in a photo; not normalised.
     *
     * @throws panst3r.CancelledException if the calling thread is interrupted
     */
    public ClassTable embed(Vocabulary vocabulary, Progress progress) {
        List<String> names = vocabulary.names();
        float[] out = new float[names.size() * width];
        List<Integer> missing = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            float[] kept = cache == null ? null : cache.find(prompt(config.kind(), names.get(i)));
            if (kept == null) {
                missing.add(i);
            } else {
                System.arraycopy(kept, 0, out, i * width, width);
            }
        }
        for (int from = 0; from < missing.size(); from += BATCH) {
            progress.step("classes", from, missing.size());
            List<Integer> batch = missing.subList(from, Math.min(from + BATCH, missing.size()));
            float[] rows = embed(batch.stream().map(names::get).toList());
            for (int k = 0; k < batch.size(); k++) {
                float[] row = Arrays.copyOfRange(rows, k * width, (k + 1) * width);
                System.arraycopy(row, 0, out, batch.get(k) * width, width);
                if (cache != null) {
                    cache.put(prompt(config.kind(), names.get(batch.get(k))), row);
                }
            }
        }
        progress.step("classes", missing.size(), missing.size());
        return new ClassTable(names, width, out);
    }

    /** Ids of a class name's prompt as the tower takes them: padded, or cut at the end. */
    int[] ids(String name) {
        return tokenizer.fit(tokenizer.ids(prompt(config.kind(), name)), config.positions());
    }

    private float[] embed(List<String> names) {
        int[][] ids = new int[names.size()][];
        int[][] mask = new int[names.size()][config.positions()];
        for (int i = 0; i < ids.length; i++) {
            int[] all = tokenizer.ids(prompt(config.kind(), names.get(i)));
            ids[i] = tokenizer.fit(all, config.positions());
            Arrays.fill(mask[i], 0, Math.min(all.length, config.positions()), 1);
            for (int id : ids[i]) {
                if (id < 0 || id >= config.vocabulary()) {
                    throw new PanSt3RException(
                            "The tokenizer in " + folder + " gives the token " + id + ", but the text encoder knows "
                                    + config.vocabulary() + "; they are of different models.");
                }
            }
        }
        return Scope.inference(() -> tower.forward(ids, mask).toFloatArray());
    }

    @Override
    public void close() {
        tokenizer.close();
        manager.close();
    }

    @Override
    public String toString() {
        return folder.getFileName() + " (" + config.kind().name().toLowerCase(Locale.ROOT) + ")";
    }

    private static Path existing(Path folder, String name) {
        Path file = folder.resolve(name);
        if (!Files.isRegularFile(file)) {
            throw new PanSt3RException("The text encoder's folder " + folder + " lacks " + name
                    + "; download it from the same place as the others.");
        }
        return file;
    }

    private static void check(Path file, TextConfig c, Map<String, TensorData> tensors) {
        if (c.layers() > tensors.size()) {
            throw new PanSt3RException(file + " does not fit its config.json: it holds " + tensors.size()
                    + " tensors of a text encoder of " + c.layers() + " layers.");
        }
        Map<String, long[]> layout = new LinkedHashMap<>();
        long d = c.width();
        layout.put("embeddings.token_embedding.weight", new long[] {c.vocabulary(), d});
        layout.put("embeddings.position_embedding.weight", new long[] {c.positions(), d});
        for (int l = 0; l < c.layers(); l++) {
            String layer = "encoder.layers." + l + ".";
            for (String norm : List.of("layer_norm1", "layer_norm2")) {
                put(layout, layer + norm, d);
            }
            for (String projection : List.of("q_proj", "k_proj", "v_proj", "out_proj")) {
                put(layout, layer + "self_attn." + projection, d, d);
            }
            put(layout, layer + "mlp.fc1", c.hidden(), d);
            put(layout, layer + "mlp.fc2", d, c.hidden());
        }
        put(layout, "final_layer_norm", d);
        if (c.kind() != TextEncoder.CLIP) {
            TensorData head = tensors.get("text_model.head.weight");
            put(layout, "head", head == null || head.shape().length == 0 ? d : head.shape()[0], d);
        }
        layout.forEach((name, shape) -> {
            TensorData tensor = tensors.get("text_model." + name);
            if (tensor == null || !tensor.dtype().isFloating() || !Arrays.equals(tensor.shape(), shape)) {
                throw new PanSt3RException(file + " does not fit its config.json: text_model." + name + " is "
                        + (tensor == null ? "missing" : tensor.toString()) + " instead of " + Arrays.toString(shape)
                        + ".");
            }
        });
    }

    /** A weight of this shape with its bias. */
    private static void put(Map<String, long[]> layout, String name, long... shape) {
        layout.put(name + ".weight", shape);
        layout.put(name + ".bias", new long[] {shape[0]});
    }

    /** The padding token that the tokenizer's configuration names. */
    private static String padding(Path folder, TextEncoder kind) {
        Path file = folder.resolve("tokenizer_config.json");
        if (Files.isRegularFile(file)) {
            JsonElement pad = TextConfig.json(file).get("pad_token");
            JsonElement name = pad instanceof JsonObject o ? o.get("content") : pad;
            if (name != null && name.isJsonPrimitive()) {
                return name.getAsString();
            }
        }
        return kind == TextEncoder.CLIP ? "<|endoftext|>" : "<pad>";
    }

    /** Tells models apart without reading all of their weights. */
    private static String digest(TextConfig config, Path tokenizer, Map<String, TensorData> tensors) {
        MessageDigest digest = UserCache.digest();
        digest.update(config.toString().getBytes(StandardCharsets.UTF_8));
        try {
            digest.update(Files.readAllBytes(tokenizer));
        } catch (IOException e) {
            throw new PanSt3RException(tokenizer + " cannot be read: " + e.getMessage() + ".", e);
        }
        tensors.forEach((name, tensor) -> {
            digest.update((name + tensor).getBytes(StandardCharsets.UTF_8));
            ByteBuffer data = tensor.data();
            digest.update(data.limit(Math.min(SAMPLE, data.limit())));
        });
        return UserCache.name(digest.digest());
    }
}
