package panst3r.text;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import panst3r.PanSt3RException;
import panst3r.checkpoint.PanopticConfig.TextEncoder;
import panst3r.nn.Activation;

/**
 * The sizes of a text tower, as {@code config.json} of its Hugging Face folder gives them; absent fields have the values of
 * the published base models (network.md, "SigLIP text tower").
 *
 * @param width D of a token
 * @param layers number of transformer blocks
 * @param heads of their attention
 * @param hidden width inside the MLPs
 * @param vocabulary number of token ids
 * @param positions longest text, in tokens
 * @param eps of the layer norms
 * @param activation of the MLPs
 */
record TextConfig(
        TextEncoder kind,
        int width,
        int layers,
        int heads,
        int hidden,
        int vocabulary,
        int positions,
        float eps,
        Activation activation) {
    /** The base models of SigLIP 2 call themselves "siglip", but have the vocabulary of Gemma. */
    private static final int GEMMA_VOCABULARY = 256_000;

    /** @throws PanSt3RException if the file is missing, no JSON, or describes something else */
    static TextConfig read(Path file) {
        JsonObject top = json(file);
        JsonObject text = top.get("text_config") instanceof JsonObject o ? o : top;
        String type = string(file, text, "model_type", string(file, top, "model_type", ""));
        boolean clip = type.startsWith("clip");
        if (!clip && !type.startsWith("siglip")) {
            throw fail(
                    file, "describes a model of type “" + shown(type) + "” instead of a SigLIP or CLIP text encoder");
        }
        int vocabulary = number(file, text, "vocab_size", clip ? 49_408 : 32_000);
        TextEncoder kind = clip
                ? TextEncoder.CLIP
                : type.startsWith("siglip2") || vocabulary == GEMMA_VOCABULARY
                        ? TextEncoder.SIGLIP2
                        : TextEncoder.SIGLIP;
        String activation = string(file, text, "hidden_act", clip ? "quick_gelu" : "gelu_pytorch_tanh");
        TextConfig config = new TextConfig(
                kind,
                number(file, text, "hidden_size", clip ? 512 : 768),
                number(file, text, "num_hidden_layers", 12),
                number(file, text, "num_attention_heads", clip ? 8 : 12),
                number(file, text, "intermediate_size", clip ? 2048 : 3072),
                vocabulary,
                number(file, text, "max_position_embeddings", clip ? 77 : 64),
                eps(file, text, clip ? 1e-5f : 1e-6f),
                switch (activation) {
                    case "gelu_pytorch_tanh" -> Activation.GELU_TANH;
                    case "quick_gelu" -> Activation.QUICK_GELU;
                    case "gelu" -> Activation.GELU;
                    default -> throw fail(file, "asks for the unknown activation “" + shown(activation) + "”");
                });
        if (config.width % config.heads != 0) {
            throw fail(file, "has a hidden_size of " + config.width + " that " + config.heads + " heads cannot share");
        }
        return config;
    }

    static JsonObject json(Path file) {
        try {
            JsonObject json = new Gson().fromJson(Files.readString(file, StandardCharsets.UTF_8), JsonObject.class);
            if (json != null) {
                return json;
            }
        } catch (JsonParseException e) {
            // said below
        } catch (IOException e) {
            throw new PanSt3RException(file + " cannot be read: " + e.getMessage() + ".", e);
        }
        throw fail(file, "is no JSON object; download it again");
    }

    private static int number(Path file, JsonObject json, String name, int otherwise) {
        JsonElement value = json.get(name);
        if (value == null || value.isJsonNull()) {
            return otherwise;
        }
        try {
            int number = value.getAsInt();
            if (number >= 1 && number <= 10_000_000) {
                return number;
            }
        } catch (RuntimeException e) {
            // said below
        }
        throw fail(file, "has a " + name + " that is no usable number");
    }

    private static float eps(Path file, JsonObject json, float otherwise) {
        JsonElement value = json.get("layer_norm_eps");
        if (value == null || value.isJsonNull()) {
            return otherwise;
        }
        try {
            float eps = value.getAsFloat();
            if (eps >= 0 && eps < 1) {
                return eps;
            }
        } catch (RuntimeException e) {
            // said below
        }
        throw fail(file, "has a layer_norm_eps that is no usable number");
    }

    private static String string(Path file, JsonObject json, String name, String otherwise) {
        JsonElement value = json.get(name);
        if (value == null || value.isJsonNull()) {
            return otherwise;
        }
        if (value.isJsonPrimitive() && value.getAsJsonPrimitive().isString()) {
            return value.getAsString();
        }
        throw fail(file, "has a " + name + " that is no text");
    }

    private static String shown(String s) {
        return s.length() <= 40 ? s : s.substring(0, 40) + "…";
    }

    private static PanSt3RException fail(Path file, String why) {
        return new PanSt3RException(file + " " + why + ".");
    }
}
