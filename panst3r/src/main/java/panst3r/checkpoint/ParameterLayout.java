package panst3r.checkpoint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The names and shapes of all parameters that a configuration calls for (network.md), to be compared with a file before
 * any of it is read.
 */
public final class ParameterLayout {
    private static final int LISTED = 8;
    private static final int LOW_RES_FREQUENCIES = 5;

    /** Present in every DINOv2 but never used for inference. */
    private static final Set<String> OPTIONAL = Set.of("dino_encoder.dinov2.embeddings.mask_token");

    private final Map<String, long[]> shapes = new LinkedHashMap<>();

    private ParameterLayout() {}

    /** Name to shape, in the order of the network. */
    public static Map<String, long[]> of(ModelConfig config) {
        ParameterLayout layout = new ParameterLayout();
        layout.encoder(config.encoder());
        layout.decoder(config.decoder());
        config.dino().ifPresent(layout::dino);
        config.panoptic().ifPresent(layout::panoptic);
        return Collections.unmodifiableMap(layout.shapes);
    }

    /**
     * Compares a file's tensors with what the configuration calls for.
     *
     * @return one line that lists what is missing, surplus, misshapen or not of floating point; empty if all fits
     */
    public static String differences(ModelConfig config, Map<String, TensorData> tensors) {
        Map<String, long[]> expected = of(config);
        List<String> missing = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        List<String> surplus = new ArrayList<>();
        expected.forEach((name, shape) -> {
            TensorData tensor = tensors.get(name);
            if (tensor == null) {
                if (!OPTIONAL.contains(name)) {
                    missing.add(name);
                }
            } else if (!Arrays.equals(tensor.shape(), shape)) {
                wrong.add(name + " is " + Arrays.toString(tensor.shape()) + " instead of " + Arrays.toString(shape));
            } else if (!tensor.dtype().isFloating()) {
                wrong.add(name + " is of type " + tensor.dtype());
            }
        });
        for (String name : tensors.keySet()) {
            if (!expected.containsKey(name)) {
                surplus.add(Text.quote(name));
            }
        }
        List<String> parts = new ArrayList<>();
        list("missing", missing, parts);
        list("of another shape", wrong, parts);
        list("surplus", surplus, parts);
        return String.join("; ", parts);
    }

    private static void list(String what, List<String> names, List<String> parts) {
        if (!names.isEmpty()) {
            String more = names.size() > LISTED ? " and " + (names.size() - LISTED) + " more" : "";
            parts.add(names.size() + " " + what + " ("
                    + String.join(", ", names.subList(0, Math.min(LISTED, names.size()))) + more + ")");
        }
    }

    private void encoder(EncoderConfig c) {
        String p = "must3r_encoder.";
        conv(p + "patch_embed.proj", c.embedDim(), 3, c.patchSize());
        for (int i = 0; i < c.depth(); i++) {
            block(p + "blocks_enc." + i, c.embedDim(), c.hiddenDim());
        }
        norm(p + "norm_enc", c.embedDim());
    }

    private void decoder(DecoderConfig c) {
        String p = "must3r_decoder.";
        int d = c.embedDim();
        put(p + "image2_embed", 1, 1, d);
        linear(p + "feat_embed_enc_to_dec", c.encoderDim(), d);
        for (int i = 0; i < c.depth(); i++) {
            String b = p + "blocks_dec." + i;
            norm(b + ".norm1", d);
            linear(b + ".attn.qkv", d, 3 * d);
            linear(b + ".attn.proj", d, d);
            norm(b + ".norm2", d);
            norm(b + ".norm_y", d);
            for (String projection : List.of("projq", "projk", "projv", "proj")) {
                linear(b + ".cross_attn." + projection, d, d);
            }
            norm(b + ".norm3", d);
            mlp(b + ".mlp", d, c.hiddenDim(), d);
        }
        switch (c.feedback()) {
            case SINGLE_MLP -> mlp(p + "feedback_layer", d, 4 * d, d);
            case SINGLE_LINEAR -> linear(p + "feedback_layer", d, d);
            case NONE -> {}
        }
        if (c.feedback() != DecoderConfig.Feedback.NONE) {
            norm(p + "feedback_norm", d);
        }
        norm(p + "norm_dec", d);
        linear(p + "head_dec.proj", d, c.outputDim());
    }

    private void dino(DinoConfig c) {
        String p = "dino_encoder.dinov2.";
        int d = c.hiddenSize();
        put(p + "embeddings.cls_token", 1, 1, d);
        put(p + "embeddings.mask_token", 1, d);
        put(p + "embeddings.position_embeddings", 1, (long) c.positionGrid() * c.positionGrid() + 1, d);
        conv(p + "embeddings.patch_embeddings.projection", d, 3, c.patchSize());
        for (int i = 0; i < c.numLayers(); i++) {
            String l = p + "encoder.layer." + i;
            norm(l + ".norm1", d);
            for (String part : List.of("query", "key", "value")) {
                put(l + ".attention.attention." + part + ".weight", d, d);
                if (c.qkvBias()) {
                    put(l + ".attention.attention." + part + ".bias", d);
                }
            }
            linear(l + ".attention.output.dense", d, d);
            put(l + ".layer_scale1.lambda1", d);
            norm(l + ".norm2", d);
            if (c.swiGlu()) {
                linear(l + ".mlp.weights_in", d, 2 * c.mlpDim());
                linear(l + ".mlp.weights_out", c.mlpDim(), d);
            } else {
                mlp(l + ".mlp", d, c.mlpDim(), d);
            }
            put(l + ".layer_scale2.lambda1", d);
        }
        norm(p + "layernorm", d);
    }

    private void panoptic(PanopticConfig c) {
        String p = "panoptic_decoder.";
        if (c.labelMode() == LabelMode.SOFTMAX) {
            put(p + "nocls_token", c.textEncoder().width());
        }
        c.inputMixer().ifPresent(this::mixer);
        if (c.upscaler() instanceof UpscalerConfig.PixelShuffle u) {
            pixelShuffle(u);
        } else if (c.upscaler() instanceof UpscalerConfig.LoftUp u) {
            loftUp(u);
        }
        maskTransformer(c);
    }

    private void mixer(MixerConfig c) {
        String p = "panoptic_decoder.input_mixer.";
        linear(p + "in_proj", c.inDim(), c.hiddenDim());
        for (int i = 0; i < c.numLayers(); i++) {
            block(p + "mixer_blk." + i, c.hiddenDim(), c.mlpDim());
        }
        norm(p + "mixer_norm", c.hiddenDim());
    }

    private void pixelShuffle(UpscalerConfig.PixelShuffle c) {
        String p = "panoptic_decoder.upscaler.";
        int in = c.inputDim();
        int factor = c.hiddenDimFactor();
        List<Integer> dims = c.dims();
        mlp(p + "proj_16", in, factor * in, dims.get(0));
        mlp(p + "proj_8", in, factor * in, 4 * dims.get(1));
        mlp(p + "proj_4", dims.get(1), factor * dims.get(1), 4 * dims.get(2));
        mlp(p + "proj_2", dims.get(2), factor * dims.get(2), 4 * dims.get(3));
    }

    private void loftUp(UpscalerConfig.LoftUp c) {
        String p = "panoptic_decoder.upscaler.";
        int d = c.dim();
        conv(p + "patch_embed", c.inputDim(), c.inputDim(), 1);
        put(p + "lr_pe.biases", 2, 2, LOW_RES_FREQUENCIES);
        linear(p + "lr_input_proj.0", c.inputDim() + 2 * 2 * LOW_RES_FREQUENCIES, d);
        norm(p + "lr_input_proj.1", d);
        put(p + "fourier_feat.1.biases", 2, c.guidanceChannels(), c.frequencies());
        norm(p + "first_conv.0", c.guidanceFeatures());
        conv(p + "first_conv.1", d, c.guidanceFeatures(), 3);
        norm(p + "first_conv.2", d);
        conv(p + "first_conv.4", d, d, 3);
        norm(p + "first_conv.5", d);
        for (int i = 0; i < c.numLayers(); i++) {
            String b = p + "ca_transformer_blocks." + i;
            for (String projection : List.of("projq", "projk", "projv")) {
                put(b + ".cross_attn." + projection + ".weight", d, d);
            }
            linear(b + ".cross_attn.proj", d, d);
            norm(b + ".norm2", d);
            norm(b + ".norm3", d);
            norm(b + ".norm_y", d);
            mlp(b + ".mlp", d, d, d);
        }
        norm(p + "ca_transformer_norm", d);
    }

    private void maskTransformer(PanopticConfig c) {
        String p = "panoptic_decoder.mask_transformer.";
        int d = c.hiddenDim();
        put(p + "cls_logit_scale");
        for (int i = 0; i < c.numLayers(); i++) {
            attention(p + "self_attn_layers." + i, "self_attn", d);
            attention(p + "cross_attn_layers." + i, "multihead_attn", d);
            linear(p + "ffn_layers." + i + ".linear1", d, c.ffDim());
            linear(p + "ffn_layers." + i + ".linear2", c.ffDim(), d);
            norm(p + "ffn_layers." + i + ".norm", d);
        }
        norm(p + "decoder_norm", d);
        if (!c.twoStage()) {
            put(p + "query_feat.weight", c.numQueries(), d);
            put(p + "query_embed.weight", c.numQueries(), d);
        }
        put(p + "level_embed.weight", 1, d);
        if (c.fpnDim() != d) {
            conv(p + "input_proj.0", d, c.fpnDim(), 1);
        }
        linear(p + "lang_embed", d, c.textEncoder().width());
        linear(p + "mask_embed.layers.0", d, d);
        linear(p + "mask_embed.layers.1", d, d);
        linear(p + "mask_embed.layers.2", d, c.maskDim());
    }

    private void attention(String layer, String name, int d) {
        put(layer + "." + name + ".in_proj_weight", 3L * d, d);
        put(layer + "." + name + ".in_proj_bias", 3L * d);
        linear(layer + "." + name + ".out_proj", d, d);
        norm(layer + ".norm", d);
    }

    private void block(String name, int d, int hidden) {
        norm(name + ".norm1", d);
        linear(name + ".attn.qkv", d, 3L * d);
        linear(name + ".attn.proj", d, d);
        norm(name + ".norm2", d);
        mlp(name + ".mlp", d, hidden, d);
    }

    private void mlp(String name, long in, long hidden, long out) {
        linear(name + ".fc1", in, hidden);
        linear(name + ".fc2", hidden, out);
    }

    private void linear(String name, long in, long out) {
        put(name + ".weight", out, in);
        put(name + ".bias", out);
    }

    private void conv(String name, long out, long in, long kernel) {
        put(name + ".weight", out, in, kernel, kernel);
        put(name + ".bias", out);
    }

    private void norm(String name, long d) {
        put(name + ".weight", d);
        put(name + ".bias", d);
    }

    private void put(String name, long... shape) {
        shapes.put(name, shape);
    }
}
