package panst3r.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import panst3r.Fixtures;
import panst3r.Fixtures.Tensor;
import panst3r.checkpoint.DinoConfig;
import panst3r.checkpoint.LabelMode;
import panst3r.checkpoint.PanopticConfig;
import panst3r.checkpoint.UpscalerConfig;
import panst3r.model.CrossBlock.KeysValues;
import panst3r.nn.LayerNorm;
import panst3r.nn.OpFixture;
import panst3r.nn.Resize;
import panst3r.nn.Rope2d;

/** Single modules of the network against the authors' numbers. */
@Tag("parity")
class ModelOpsParityTest {
    private static final Pattern SIZE = Pattern.compile("(?:.*\\D)?(\\d+)x(\\d+)(?:_\\d+)?");

    /** The three forms in which a memory can be stored give what the authors' three modes give. */
    @TestFactory
    List<DynamicTest> decoderBlock() {
        return OpFixture.test("blocks", f -> {
            long width = f.shape("dec.input").get(2);
            OpFixture.withHeads(width / 4, heads -> {
                DecoderBlock block = DecoderBlock.of(f.parameters("dec."), heads);
                Rope2d rope = new Rope2d(100, 1, (int) width / heads, f.manager);
                f.check("dec.output", decode(f, block, rope, block.cross().project(f.get("dec.memory_raw"))));
                NDArray normed = f.get("dec.memory_norm_y");
                f.check(
                        "dec.output_norm_y",
                        decode(f, block, rope, block.cross().projectNormed(normed)));
                NDList kv = f.get("dec.memory_kv").split(2, 2);
                f.check("dec.output_kv", decode(f, block, rope, new KeysValues(kv.get(0), kv.get(1))));
            });
        });
    }

    private static NDArray decode(OpFixture f, DecoderBlock block, Rope2d rope, KeysValues memory) {
        Tensor positions = f.tensors.get("positions");
        int tokens = positions.shape()[1];
        NDArray x = f.get("dec.input");
        NDList out = new NDList();
        for (int b = 0; b < positions.shape()[0]; b++) {
            int first = 2 * b * tokens;
            int[] y = IntStream.range(0, tokens)
                    .map(t -> (int) positions.values()[first + 2 * t])
                    .toArray();
            int[] c = IntStream.range(0, tokens)
                    .map(t -> (int) positions.values()[first + 2 * t + 1])
                    .toArray();
            KeysValues own = new KeysValues(row(memory.keys(), b), row(memory.values(), b));
            out.add(block.forward(row(x, b), rope.positions(y, c), own, Tap.NONE));
        }
        return NDArrays.concat(out, 0);
    }

    private static NDArray row(NDArray x, int b) {
        return x.get("{}:{}", b, b + 1);
    }

    @TestFactory
    List<DynamicTest> crossBlock() {
        return OpFixture.test(
                "blocks",
                f -> OpFixture.withHeads(f.shape("loft.input").get(2), heads -> {
                    CrossBlock block = CrossBlock.of(f.parameters("loft."), heads, LayerNorm.EPS_5);
                    f.check(
                            "loft.output",
                            block.forward(f.get("loft.input"), block.project(f.get("loft.memory")), Tap.NONE));
                }));
    }

    @TestFactory
    List<DynamicTest> dinoPositions() {
        return OpFixture.test("dino-positions", f -> {
            int side = (int) Math.round(Math.sqrt(f.shape("table").get(1) - 1));
            for (String name : f.tensors.keySet()) {
                Matcher m = SIZE.matcher(name);
                if (m.matches()) {
                    f.check(name, Dinov2.positions(f.get("table"), side, grid(m)));
                }
            }
        });
    }

    @TestFactory
    List<DynamicTest> dinoLayer() {
        return OpFixture.test("dino-layer", f -> dinoLayer(f, false));
    }

    @TestFactory
    List<DynamicTest> dinoLayerSwiGlu() {
        return OpFixture.test("dino-layer-swiglu", f -> dinoLayer(f, true));
    }

    private static void dinoLayer(OpFixture f, boolean swiGlu) {
        int width = (int) f.shape("input").get(2);
        OpFixture.withHeads(width, heads -> {
            Dinov2.Layer layer = Dinov2.Layer.of(
                    f.parameters(""), new DinoConfig(width, 1, heads, 0, 14, 518, swiGlu, 1e-6, true, 16));
            f.check("output", layer.forward(f.get("input")));
            f.check("mlp_output", layer.mlp().apply(f.get("input")));
        });
    }

    @TestFactory
    List<DynamicTest> pixelShuffle() {
        return OpFixture.test("pixel-shuffle", f -> {
            Shape in = f.shape("input");
            Shape out = f.shape("output");
            NDArray tokens = f.get("input").flatten(1, 2).transpose();
            NDArray shuffled = PixelShuffleUpscaler.shuffle(tokens, (int) in.get(1), (int) in.get(2));
            f.check("output", shuffled.transpose().reshape(out));
            Shape head = f.shape("head_output");
            long n = f.shape("head_tokens").get(0);
            int patch = (int) Math.round(Math.sqrt((double) head.get(0) * head.get(1) / n));
            Grid grid = Grid.of((int) head.get(0), (int) head.get(1), patch);
            f.check(
                    "head_output",
                    Decoder.shuffleHead(f.get("head_tokens").expandDims(0), grid, patch)
                            .squeeze(0));
        });
    }

    @TestFactory
    List<DynamicTest> pixelShuffleUpscaler() {
        return OpFixture.test("pixel-shuffle-upscaler", f -> {
            for (String name : inputs(f, ".features")) {
                Shape coarse = f.shape(name + ".f16");
                Grid grid = new Grid((int) coarse.get(1), (int) coarse.get(2));
                check(
                        f,
                        name,
                        new PixelShuffleUpscaler(f.parameters("")).forward(f.get(name + ".features"), null, grid));
            }
        });
    }

    /** With the coordinates' part of the first convolution cached, and as it is written. */
    @TestFactory
    List<DynamicTest> loftUp() {
        return OpFixture.test("loftup", f -> {
            for (boolean plain : new boolean[] {false, true}) {
                JniUtils.setGradMode(plain);
                for (String name : inputs(f, ".features")) {
                    OpFixture.withHeads(f.shape("ca_transformer_norm.weight").get(0), heads -> loftUp(f, name, heads));
                }
            }
        });
    }

    private static void loftUp(OpFixture f, String name, int heads) {
        Shape image = f.shape(name + ".image");
        Shape coarse = f.shape(name + ".f16");
        Shape fine = f.shape(name + ".mask_features");
        Shape biases = f.shape("fourier_feat.1.biases");
        int layers = (int) IntStream.range(0, 99)
                .takeWhile(l -> f.has("ca_transformer_blocks." + l + ".norm2.weight"))
                .count();
        UpscalerConfig.LoftUp config = new UpscalerConfig.LoftUp(
                (int) coarse.get(0),
                (int) fine.get(0),
                (int) (image.get(1) / fine.get(1)),
                (int) (image.get(1) / coarse.get(1)),
                biases.get(1) == 5,
                (int) biases.get(2),
                heads,
                layers);
        LoftUpUpscaler upscaler = new LoftUpUpscaler(config, f.parameters(""), f.manager);
        Grid grid = new Grid((int) coarse.get(1), (int) coarse.get(2));
        check(f, name, upscaler.forward(f.get(name + ".features"), f.get(name + ".image"), grid));
        check(f, name, upscaler.forward(f.get(name + ".features"), f.get(name + ".image"), grid)); // from the cache
    }

    private static void check(OpFixture f, String name, Upscaler.Maps maps) {
        f.check(name + ".f16", maps.coarse().transpose().reshape(f.shape(name + ".f16")));
        f.check(name + ".mask_features", maps.fine().transpose().reshape(f.shape(name + ".mask_features")));
    }

    @TestFactory
    List<DynamicTest> featurizer() {
        return OpFixture.test("featurizer", f -> {
            double high = Fixtures.bound(f.entry, "difference", 0);
            double low = Fixtures.bound(f.entry, "else", 0);
            for (String name : inputs(f, ".scaled")) {
                NDArray scaled = LoftUpUpscaler.scaled(f.get(name + ".image"));
                within(f, name + ".scaled", scaled, low);
                if (!f.has(name + ".biases")) {
                    continue;
                }
                Shape size = f.shape(name + ".output");
                int h = (int) size.get(1);
                int w = (int) size.get(2);
                int channels = (int) f.shape(name + ".biases").get(1);
                int n = (int) f.shape(name + ".biases").get(2);
                NDArray colours = scaled.flatten(1, 2).transpose();
                NDArray in = Featurizer.coordinates(f.manager, h, w);
                in = channels == 5 ? in.concat(colours, 1) : in;
                NDArray out = new Featurizer(f.get(name + ".biases")).waves(in, 0, channels);
                out = (channels == 5 ? out.concat(colours, 1) : out).transpose().reshape(size);
                Tensor expected = f.tensors.get(name + ".output");
                for (int c = 0; c < size.get(0); c++) {
                    boolean wave = c < 2 * n * channels;
                    int frequency = c % (n * channels) / channels;
                    Tensor plane = new Tensor(
                            "F32",
                            new int[] {h, w},
                            java.util.Arrays.copyOfRange(expected.values(), c * h * w, (c + 1) * h * w));
                    Fixtures.assertWithin(
                            name + " channel " + c,
                            plane,
                            out.get(c).toFloatArray(),
                            wave && frequency >= n - 2 ? high : low);
                }
            }
        });
    }

    private static void within(OpFixture f, String name, NDArray actual, double bound) {
        Fixtures.assertWithin(name, f.tensors.get(name), actual.toFloatArray(), bound);
    }

    @TestFactory
    List<DynamicTest> sineCode() {
        return OpFixture.test("sine-position", f -> {
            for (String name : f.tensors.keySet()) {
                Matcher m = SIZE.matcher(name);
                assertThat(m.matches()).isTrue();
                Fixtures.assertClose(
                        f.entry,
                        name,
                        f.tensors.get(name),
                        MaskTransformer.sineCode(grid(m), f.tensors.get(name).shape()[1]));
            }
        });
    }

    @TestFactory
    List<DynamicTest> twoStage() {
        return OpFixture.test(
                "two-stage", f -> OpFixture.withHeads(f.shape("f16").get(1), heads -> twoStage(f, heads)));
    }

    private static void twoStage(OpFixture f, int heads) {
        Shape coarse = f.shape("f16");
        Shape fine = f.shape("mask_features");
        int layers = (int) IntStream.range(0, 99)
                .takeWhile(l -> f.has("ffn_layers." + l + ".norm.weight"))
                .count();
        PanopticConfig config = new PanopticConfig(
                Optional.empty(),
                null,
                (int) coarse.get(1),
                (int) f.shape("level_embed.weight").get(1),
                (int) fine.get(1),
                0,
                (int) f.shape("chosen_queries").get(0),
                heads,
                layers,
                PanopticConfig.TextEncoder.SIGLIP,
                LabelMode.SIGMOID,
                true);
        MaskTransformer transformer = new MaskTransformer(config, f.parameters(""), null, f.manager);
        Grid grid = new Grid((int) coarse.get(2), (int) coarse.get(3));
        List<NDArray> maps = IntStream.range(0, (int) coarse.get(0))
                .mapToObj(v -> f.get("mask_features").get(v).flatten(1, 2).transpose())
                .toList();
        List<MaskTransformer.Keys> keys = IntStream.range(0, maps.size())
                .mapToObj(v -> transformer.keys(
                        new Upscaler.Maps(
                                f.get("f16").get(v).flatten(1, 2).transpose(), maps.get(v), (int) fine.get(2), (int)
                                        fine.get(3)),
                        grid))
                .toList();
        NDArray classes = transformer.classes(f.get("classes"));
        NDArray queries = transformer.queries(keys, classes, f::check);
        f.check("final_queries", queries);
        f.check("class_logits", transformer.classLogits(queries, classes));
        NDArray embedding = transformer.maskEmbedding(queries);
        NDList logits = new NDList();
        maps.forEach(m -> logits.add(MaskTransformer.maskLogits(embedding, m).reshape(-1, fine.get(2), fine.get(3))));
        f.check("mask_logits", NDArrays.stack(logits));
    }

    /** The mask features are resized once instead of the logits at every layer: a linear resize commutes with the product. */
    @TestFactory
    List<DynamicTest> resizedFeaturesGiveResizedLogits() {
        return OpFixture.test("two-stage", f -> {
            Shape fine = f.shape("mask_features");
            Resize resize = Resize.bilinear(f.manager, (int) fine.get(2), (int) fine.get(3), 3, 4);
            NDArray features = f.get("mask_features").get(0).flatten(1, 2).transpose();
            NDArray embedding = f.get("mask_embed.layers.2.weight").transpose(); // any [Q, M]
            NDArray first = MaskTransformer.maskLogits(embedding, resize.tokens(features));
            NDArray last = resize.planes(
                            MaskTransformer.maskLogits(embedding, features).reshape(-1, fine.get(2), fine.get(3)))
                    .flatten(1, 2);
            assertThat(first.sub(last).abs().max().getFloat()).isLessThan(1e-5f);
        });
    }

    private static List<String> inputs(OpFixture f, String suffix) {
        return f.tensors.keySet().stream()
                .filter(n -> n.endsWith(suffix))
                .map(n -> n.substring(0, n.length() - suffix.length()))
                .toList();
    }

    private static Grid grid(Matcher m) {
        return new Grid(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)));
    }
}
