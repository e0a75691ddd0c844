package panst3r.checkpoint;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import panst3r.PanSt3RException;
import panst3r.checkpoint.ConstructorString.Call;
import panst3r.checkpoint.ConstructorString.Symbol;

/**
 * The arguments of one constructor call, asked for by name; what nobody asked for is an unknown argument. Every size has
 * a range, so that a hostile one is refused before anything is computed from it.
 */
final class ConfigReader {
    private static final int LARGEST_DIM = 65_536;
    private static final int DEEPEST = 256;
    private static final Pattern ROPE = Pattern.compile("RoPE(\\d{1,6})(?:_(\\d{1,5}):(\\d{1,5}))?");

    private final String what;
    private final String text;
    private final Call call;
    private final Set<String> known = new HashSet<>();

    private ConfigReader(String what, String text, Call call) {
        this.what = what;
        this.text = text;
        this.call = call;
    }

    private static ConfigReader of(String what, String text, String... classes) {
        return of(what, text, ConstructorString.parse(what, text), classes);
    }

    private static ConfigReader of(String what, String text, Call call, String... classes) {
        if (!List.of(classes).contains(call.name())) {
            throw ConstructorString.failAt(
                    what, text, call.position(), Text.quote(call.name()) + " is not " + String.join(" or ", classes));
        }
        return new ConfigReader(what, text, call);
    }

    static EncoderConfig encoder(String what, String text) {
        ConfigReader in = of(what, text, "Dust3rEncoder");
        int imageSize = in.imageSize();
        int patch = in.integer("patch_size", 16, 1, 256);
        int dim = in.integer("embed_dim", 1024, 1, LARGEST_DIM);
        int depth = in.integer("depth", 24, 1, DEEPEST);
        int heads = in.heads("num_heads", 16, dim, "embed_dim", 4);
        int hidden = in.hidden("mlp_ratio", 4, dim);
        // the second treats portrait images as transposed in training; the weights are the same
        in.choice("patch_embed", "PatchEmbedDust3R", "PatchEmbedDust3R", "ManyAR_PatchEmbed");
        Rope rope = in.rope("pos_embed");
        in.ignore("landscape_only");
        in.done();
        return new EncoderConfig(imageSize, patch, dim, depth, heads, hidden, rope);
    }

    static DecoderConfig decoder(String what, String text) {
        ConfigReader in = of(what, text, "MUSt3R", "CausalMUSt3R");
        int imageSize = in.imageSize();
        int encoderDim = in.integer("enc_embed_dim", 1024, 1, LARGEST_DIM);
        int patch = in.integer("patch_size", 16, 1, 256);
        int dim = in.integer("embed_dim", 768, 1, LARGEST_DIM);
        int output = in.integer("output_dim", 7 * patch * patch, 1, LARGEST_DIM * 8);
        if (output != 7 * patch * patch) {
            throw in.fail("output_dim", "7 values for every pixel of a patch make " + 7 * patch * patch);
        }
        int depth = in.integer("depth", 12, 1, DEEPEST);
        int heads = in.heads("num_heads", 12, dim, "embed_dim", 4);
        int hidden = in.hidden("mlp_ratio", 4, dim);
        Rope rope = in.rope("pos_embed");
        in.choice("head", "Linear", "Linear");
        DecoderConfig.Feedback feedback = in.get("feedback_type") == null
                ? DecoderConfig.Feedback.NONE
                : DecoderConfig.Feedback.valueOf(in.choice("feedback_type", null, "single_mlp", "single_linear")
                        .toUpperCase(Locale.ROOT));
        DecoderConfig.MemoryMode memory = DecoderConfig.MemoryMode.valueOf(
                in.choice("memory_mode", "norm_y", "norm_y", "kv", "raw").toUpperCase(Locale.ROOT));
        PointmapActivation activation = in.activation();
        in.ignore("landscape_only");
        if (in.call.name().equals("CausalMUSt3R")) { // the training class of the same network
            in.ignore("mem_dropout", "protected_imgs", "dropout_mode", "use_xformers_mask", "use_mem_mask");
        }
        in.done();
        return new DecoderConfig(
                imageSize, encoderDim, patch, dim, output, depth, heads, hidden, rope, feedback, memory, activation);
    }

    /** @param override the checkpoint's {@code dino_config}; empty if it has none */
    static DinoConfig dino(String what, String text, Map<?, ?> override) {
        ConfigReader in = of(what, text, "DinoV2Encoder");
        String model = "facebook/dinov2-large";
        if (override.isEmpty()) {
            model = in.choice(
                    "dino_model",
                    model,
                    "facebook/dinov2-small",
                    "facebook/dinov2-base",
                    "facebook/dinov2-large",
                    "facebook/dinov2-giant");
        } else {
            in.ignore("dino_model"); // the sizes given take precedence
        }
        int stride = in.integer("output_stride", 16, 1, 256);
        in.ignore("landscape_only");
        in.done();
        if (!override.isEmpty()) {
            return dinoFromDict(override, stride);
        }
        return switch (model) {
            case "facebook/dinov2-small" -> dinoOf(384, 12, 6, false, stride);
            case "facebook/dinov2-base" -> dinoOf(768, 12, 12, false, stride);
            case "facebook/dinov2-giant" -> dinoOf(1536, 40, 24, true, stride);
            default -> dinoOf(1024, 24, 16, false, stride);
        };
    }

    private static DinoConfig dinoOf(int hidden, int layers, int heads, boolean swiGlu, int stride) {
        return new DinoConfig(hidden, layers, heads, dinoMlp(hidden, 4, swiGlu), 14, 518, swiGlu, 1e-6, true, stride);
    }

    private static DinoConfig dinoFromDict(Map<?, ?> dict, int stride) {
        StringBuilder text = new StringBuilder("dict(");
        dict.forEach((k, v) -> {
            if (!(k instanceof String && (v instanceof Number || v instanceof Boolean))) {
                throw new PanSt3RException("args.dino_config has " + Text.quote(String.valueOf(k))
                        + ", which is neither a number nor a truth value.");
            }
            text.append(text.length() > 5 ? ", " : "")
                    .append(k)
                    .append('=')
                    .append(v instanceof Boolean b ? (b ? "True" : "False") : v.toString());
        });
        ConfigReader in = of("args.dino_config", text.append(')').toString(), "dict");
        int hidden = in.integer("hidden_size", 1024, 1, LARGEST_DIM);
        int layers = in.integer("num_hidden_layers", 24, 1, DEEPEST);
        int heads = in.heads("num_attention_heads", 16, hidden, "hidden_size", 1);
        double ratio = in.real("mlp_ratio", 4, 0.01, 64);
        int patch = in.integer("patch_size", 14, 1, 256);
        int image = in.integer("image_size", 518, patch, 8192);
        boolean swiGlu = in.bool("use_swiglu_ffn", false);
        double eps = in.real("layer_norm_eps", 1e-6, 1e-12, 1);
        boolean bias = in.bool("qkv_bias", true);
        in.done();
        int mlp = Math.max(1, dinoMlp(hidden, ratio, swiGlu));
        return new DinoConfig(hidden, layers, heads, mlp, patch, image, swiGlu, eps, bias, stride);
    }

    private static int dinoMlp(int hidden, double ratio, boolean swiGlu) {
        int width = (int) (hidden * ratio);
        return swiGlu ? (width * 2 / 3 + 7) / 8 * 8 : width;
    }

    static PanopticConfig panoptic(String what, String text) {
        ConfigReader in = of(what, text, "PanopticDecoder");
        Optional<MixerConfig> mixer = in.sub("input_mixer").map(c -> mixer(of(what, text, c, "InputMixer")));
        Call upscalerCall = in.sub("upscaler").orElseThrow(() -> in.fail("upscaler", "an upscaler is needed"));
        UpscalerConfig upscaler = upscaler(of(what, text, upscalerCall, "PixelShuffleUpscaler", "LoftUpUpscaler"));
        List<Integer> fpn = in.integers("fpn_dim", List.of(768), 1, 1);
        int hidden = in.integer("hidden_dim", 768, 4, LARGEST_DIM);
        if (hidden % 4 != 0) {
            throw in.fail("hidden_dim", "the position code needs a multiple of 4");
        }
        int mask = in.integer("mask_dim", 256, 1, LARGEST_DIM);
        int ff = in.integer("ff_dim", 2048, 1, LARGEST_DIM);
        int queries = in.integer("num_queries", 200, 1, LARGEST_DIM);
        int heads = in.heads("num_heads", 8, hidden, "hidden_dim", 1);
        int layers = in.integer("dec_layers", 6, 1, DEEPEST);
        PanopticConfig.TextEncoder encoder = PanopticConfig.TextEncoder.valueOf(
                in.choice("text_encoder", "siglip", "siglip", "siglip2", "clip").toUpperCase(Locale.ROOT));
        LabelMode mode = LabelMode.valueOf(
                in.choice("label_mode", "sigmoid", "sigmoid", "softmax").toUpperCase(Locale.ROOT));
        boolean twoStage = in.bool("two_stage", false);
        in.ignore("fixed_vocab", "deep_supervision");
        in.done();
        if (upscaler.featureDim() != mask) {
            throw in.fail("mask_dim", "the upscaler gives " + upscaler.featureDim() + " channels");
        }
        if (upscaler.tokenDim() != fpn.get(0)) {
            throw in.fail("fpn_dim", "the upscaler gives " + upscaler.tokenDim() + " channels");
        }
        return new PanopticConfig(
                mixer, upscaler, fpn.get(0), hidden, mask, ff, queries, heads, layers, encoder, mode, twoStage);
    }

    private static MixerConfig mixer(ConfigReader in) {
        in.ignore("img_size", "patch_size");
        int inDim = in.integer("in_dim", null, 1, LARGEST_DIM);
        int hidden = in.integer("hidden_dim", null, 1, LARGEST_DIM);
        int heads = in.heads("num_heads", 12, hidden, "hidden_dim", 4);
        int layers = in.integer("num_layers", 3, 1, DEEPEST);
        int mlp = in.hidden("ff_dim_mult", 4, hidden);
        in.done();
        return new MixerConfig(inDim, hidden, heads, layers, mlp, Rope.DEFAULT);
    }

    private static UpscalerConfig upscaler(ConfigReader in) {
        int inputDim = in.integer("input_dim", null, 1, LARGEST_DIM);
        int patch = in.integer("patch_size", 16, 1, 256);
        if (in.call.name().equals("PixelShuffleUpscaler")) {
            if (patch != 16) {
                throw in.fail("patch_size", "its four steps are made for 16");
            }
            int factor = in.integer("hidden_dim_factor", 4, 1, 64);
            List<Integer> dims = in.integers("fp_dim", List.of(768, 512, 384, 256), 4, 4);
            in.done();
            return new UpscalerConfig.PixelShuffle(inputDim, patch, factor, dims);
        }
        int dim = in.integer("dim", null, 8, LARGEST_DIM);
        if (dim % 8 != 0) {
            throw in.fail("dim", "its group norms need a multiple of 8");
        }
        int stride = in.integer("output_stride", 2, 1, 16);
        boolean color = in.bool("color_feats", true);
        int frequencies = in.integer("n_freqs", 20, 1, 1024);
        int heads = in.heads("num_heads", 4, dim, "dim", 1);
        int layers = in.integer("num_layers", 2, 1, DEEPEST);
        in.choice("lr_pe_type", "sine", "sine");
        in.done();
        return new UpscalerConfig.LoftUp(inputDim, dim, stride, patch, color, frequencies, heads, layers);
    }

    // ---- arguments

    private Object get(String name) {
        known.add(name);
        return call.arguments().get(name);
    }

    private void ignore(String... names) {
        known.addAll(List.of(names));
    }

    /** @param otherwise null if it has to be given */
    private int integer(String name, Integer otherwise, int least, int most) {
        Object value = get(name);
        if (value == null && !call.arguments().containsKey(name)) {
            if (otherwise == null) {
                throw ConstructorString.failAt(what, text, call.position(), "the argument " + name + " is missing");
            }
            return otherwise;
        }
        return range(name, value, least, most);
    }

    private int range(String name, Object value, int least, int most) {
        if (!(value instanceof Long v) || v < least || v > most) {
            throw fail(name, "an integer from " + least + " to " + most + " is expected");
        }
        return v.intValue();
    }

    private double real(String name, double otherwise, double least, double most) {
        Object value = get(name);
        if (value == null && !call.arguments().containsKey(name)) {
            return otherwise;
        }
        if (!(value instanceof Number v) || !(v.doubleValue() >= least && v.doubleValue() <= most)) {
            throw fail(name, "a number from " + least + " to " + most + " is expected");
        }
        return v.doubleValue();
    }

    private boolean bool(String name, boolean otherwise) {
        Object value = get(name);
        if (value == null && !call.arguments().containsKey(name)) {
            return otherwise;
        }
        if (!(value instanceof Boolean b)) {
            throw fail(name, "True or False is expected");
        }
        return b;
    }

    private String choice(String name, String otherwise, String... choices) {
        Object value = get(name);
        if (value == null && !call.arguments().containsKey(name)) {
            return otherwise;
        }
        if (!(value instanceof String s) || !List.of(choices).contains(s)) {
            throw fail(name, "one of " + String.join(", ", choices) + " is expected");
        }
        return s;
    }

    private Optional<Call> sub(String name) {
        Object value = get(name);
        if (value != null && !(value instanceof Call)) {
            throw fail(name, "None or a constructor call is expected");
        }
        return Optional.ofNullable((Call) value);
    }

    private List<Integer> integers(String name, List<Integer> otherwise, int fewest, int most) {
        Object value = get(name);
        if (value == null && !call.arguments().containsKey(name)) {
            return otherwise;
        }
        if (!(value instanceof List<?> list) || list.size() < fewest || list.size() > most) {
            throw fail(name, "a list of " + fewest + " integers is expected");
        }
        return list.stream().map(v -> range(name, v, 1, LARGEST_DIM)).toList();
    }

    /** The longer side of {@code img_size}, a pair or one integer. */
    private int imageSize() {
        Object value = get("img_size");
        if (value == null && !call.arguments().containsKey("img_size")) {
            return 224;
        }
        List<?> sides = value instanceof List<?> list ? list : List.of(value == null ? "" : value);
        if (sides.isEmpty() || sides.size() > 2) {
            throw fail("img_size", "two integers are expected");
        }
        return sides.stream()
                .mapToInt(v -> range("img_size", v, 16, 16_384))
                .max()
                .orElseThrow();
    }

    private int heads(String name, int otherwise, int dim, String dimName, int multiple) {
        int heads = integer(name, otherwise, 1, 1024);
        if (dim % heads != 0 || dim / heads % multiple != 0) {
            throw fail(
                    call.positions().containsKey(name) ? name : dimName,
                    dimName + " " + dim + " does not divide into " + heads + " heads"
                            + (multiple > 1 ? " of a multiple of " + multiple : ""));
        }
        return heads;
    }

    private int hidden(String ratioName, double otherwise, int dim) {
        return Math.max(1, (int) (dim * real(ratioName, otherwise, 0.01, 64)));
    }

    private Rope rope(String name) {
        Object value = get(name);
        if (value == null && !call.arguments().containsKey(name)) {
            return Rope.DEFAULT;
        }
        Matcher m = ROPE.matcher(value instanceof String s ? s : "");
        if (!m.matches() || Integer.parseInt(m.group(1)) < 1) {
            throw fail(name, "'RoPE100' or 'RoPE100_512:768' is expected");
        }
        double scale = 1;
        if (m.group(2) != null) {
            scale = Double.parseDouble(m.group(2)) / Double.parseDouble(m.group(3));
            if (!(scale > 0 && scale < Double.POSITIVE_INFINITY)) {
                throw fail(name, "the scale of the positions must be above 0");
            }
        }
        return new Rope(Double.parseDouble(m.group(1)), scale);
    }

    private PointmapActivation activation() {
        Object value = get("pointmaps_activation");
        if (value == null && !call.arguments().containsKey("pointmaps_activation")) {
            return PointmapActivation.NORM_EXP;
        }
        String name = value instanceof Symbol s ? s.name() : value instanceof String s ? s : "";
        return switch (name) {
            case "ActivationType.NORM_EXP", "norm_exp" -> PointmapActivation.NORM_EXP;
            case "ActivationType.LINEAR", "linear" -> PointmapActivation.LINEAR;
            default -> throw fail("pointmaps_activation", "'norm_exp' or 'linear' is expected");
        };
    }

    private void done() {
        for (String name : call.arguments().keySet()) {
            if (!known.contains(name)) {
                throw fail(name, call.name() + " has no argument " + Text.quote(name));
            }
        }
    }

    private PanSt3RException fail(String argument, String why) {
        int position = call.positions().getOrDefault(argument, call.position());
        return ConstructorString.failAt(what, text, position, why);
    }
}
