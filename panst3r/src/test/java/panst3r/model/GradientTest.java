package panst3r.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import panst3r.checkpoint.Checkpoint;
import panst3r.checkpoint.ModelConfig;
import panst3r.image.View;
import panst3r.inference.ModelFixtures;
import panst3r.inference.ModelFixtures.SceneFixture;
import panst3r.nn.Parameters;
import panst3r.nn.Scope;

/** The same forward code can be trained: gradients from the loss to every part agree with finite differences. */
class GradientTest {
    /** One parameter of each part, by the end of its name. */
    private static final List<String> TRAINED = List.of(
            "patch_embed.proj.weight",
            "blocks_enc.0.attn.qkv.weight",
            "blocks_dec.0.cross_attn.projk.weight",
            "blocks_dec.1.mlp.fc1.weight",
            "image2_embed",
            "encoder.layer.0.attention.attention.query.weight",
            "position_embeddings",
            "in_proj.weight",
            "first_conv.1.weight",
            "fourier_feat.1.biases",
            "ca_transformer_blocks.0.cross_attn.projv.weight",
            "proj_4.fc1.weight",
            "query_feat.weight",
            "cross_attn_layers.0.multihead_attn.in_proj_weight",
            "mask_embed.layers.0.weight",
            "input_proj.0.weight");

    @TestFactory
    List<DynamicTest> gradients() {
        return ModelFixtures.scenes().stream()
                .filter(s -> s.classes() != null && s.folder().endsWith("scene-a"))
                .map(s -> DynamicTest.dynamicTest(s.model(), () -> gradients(s)))
                .toList();
    }

    private static void gradients(SceneFixture scene) {
        try (Checkpoint checkpoint = Checkpoint.open(scene.checkpoint().file());
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Map<String, NDArray> arrays = new HashMap<>();
            for (String name : checkpoint.weights().names()) {
                var tensor = checkpoint.weights().get(name);
                arrays.put(name, manager.create(tensor.toFloats(), new Shape(tensor.shape())));
            }
            List<String> trained = arrays.keySet().stream()
                    .filter(n -> TRAINED.stream().anyMatch(n::endsWith))
                    .sorted()
                    .toList();
            trained.forEach(n -> arrays.get(n).setRequiresGradient(true));
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                NDArray loss = loss(checkpoint.config(), arrays, scene.views(), manager);
                for (int i = 0; i < 3; i++) {
                    System.gc(); // whatever the graph needs must outlive its maker
                }
                collector.backward(loss);
            }
            for (String name : trained) {
                NDArray p = arrays.get(name);
                NDArray gradient = p.getGradient().duplicate();
                p.setRequiresGradient(false);
                double slope = gradient.norm().getFloat();
                assertThat(slope).as("‖gradient‖ of " + name).isPositive();
                // so small a step that no mask flips, so large a one that rounding does not matter
                double step = 2e-5 / slope;
                NDArray direction = gradient.div((float) slope);
                double up = moved(checkpoint.config(), arrays, name, direction, step, scene.views(), manager);
                double down = moved(checkpoint.config(), arrays, name, direction, -step, scene.views(), manager);
                assertThat((up - down) / (2 * step)).as(name).isCloseTo(slope, Percentage.withPercentage(3));
            }
        }
    }

    /** The loss with one parameter moved, through the fused forms. */
    private static double moved(
            ModelConfig config,
            Map<String, NDArray> arrays,
            String name,
            NDArray direction,
            double step,
            List<View> views,
            NDManager manager) {
        Map<String, NDArray> changed = new HashMap<>(arrays);
        changed.put(name, arrays.get(name).add(direction.mul(step)));
        return Scope.inference(
                () -> (double) loss(config, changed, views, manager).getFloat());
    }

    /** Pointmaps and masks of two views against fixed random weights. */
    private static NDArray loss(ModelConfig config, Map<String, NDArray> arrays, List<View> views, NDManager manager) {
        PanSt3R model = new PanSt3R(config, Parameters.of(arrays), manager, 0, "", "");
        View size = views.get(0);
        Grid grid = Grid.of(size.height(), size.width(), config.encoder().patchSize());
        NDArray images = NDArrays.stack(new NDList(IntStream.range(0, 2)
                .mapToObj(i -> manager.create(views.get(i).pixels(), new Shape(3, size.height(), size.width())))
                .toList()));
        NDArray encoded = model.encoder().forward(images, Tap.NONE);
        NDArray tokens = model.decoder().embed(encoded);
        Memory memory = model.decoder().newMemory(2 * grid.tokens());
        List<Decoder.Image> pair = IntStream.range(0, 2)
                .mapToObj(i -> new Decoder.Image(tokens.get("{}:{}", i, i + 1), grid))
                .toList();
        model.decoder().update(memory, pair, Tap.NONE);
        Decoder.Rendering r = model.decoder().render(memory, tokens, grid);
        PanSt3R.Panoptic panoptic = model.panoptic();
        NDArray mixed = panoptic.mix(encoded, r.features(), panoptic.dino().forward(images, Tap.NONE), grid);
        List<Upscaler.Maps> maps = IntStream.range(0, 2)
                .mapToObj(i -> panoptic.upscaler().forward(mixed.get(i), images.get(i), grid))
                .toList();
        NDArray queries = panoptic.masks()
                .queries(maps.stream().map(m -> panoptic.masks().keys(m, grid)).toList(), null, Tap.NONE);
        NDArray embedding = panoptic.masks().maskEmbedding(queries);
        NDArray loss = weighted(r.pointmaps());
        for (Upscaler.Maps m : maps) {
            loss = loss.add(weighted(MaskTransformer.maskLogits(embedding, m.fine())));
        }
        return loss;
    }

    private static NDArray weighted(NDArray x) {
        Engine.getInstance().setRandomSeed(11);
        return x.mul(x.getManager().randomNormal(0, 1, x.getShape(), DataType.FLOAT32))
                .mean();
    }
}
