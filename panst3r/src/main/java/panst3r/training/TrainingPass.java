package panst3r.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import panst3r.checkpoint.PointmapActivation;
import panst3r.model.Decoder;
import panst3r.model.Grid;
import panst3r.model.MaskTransformer;
import panst3r.model.Memory;
import panst3r.model.PanSt3R;
import panst3r.model.Tap;
import panst3r.model.Upscaler;
import panst3r.nn.Differentiable;

/**
 * Scenes side by side through the network with gradients, in the order of work of the inference: the first two keyframes
 * together, then one by one; all views rendered; one set of queries over the keyframes of each scene.
 */
final class TrainingPass {
    /** Larger raw values would overflow the exponential of an untrained head. */
    private static final double LARGEST_RAW = 6;

    private static final double LARGEST_CONFIDENCE = 8;

    private final PanSt3R model;
    private final NDManager manager;
    private final NDArray classes;

    /**
     * What the losses want, of S scenes of V views at P pixels of each of N patches; where the first pass is wanted too,
     * its pointmaps of the keyframes follow those of the V views.
     *
     * @param global [S, V, N, P, 3] after activation
     * @param local likewise
     * @param confidence [S, V, N, P] after activation
     * @param attention by block the queries [S·V, N, D] and keys [S, K·N, D] of the attention to the memory
     * @param heads by scene outputs of the prediction heads on the initial queries and after every layer; empty for geometry
     *     alone
     * @param tokenClasses by scene class logits [K·N, classes] of what the queries look at, the tokens of the keyframes
     */
    record Result(
            NDArray global,
            NDArray local,
            NDArray confidence,
            Map<Integer, NDArray[]> attention,
            List<List<PanopticLoss.Output>> heads,
            List<NDArray> tokenClasses) {}

    /**
     * @param manager owns what must live until the backward pass
     * @param embeddings [K, E] of the classes, null for geometry alone
     */
    TrainingPass(PanSt3R model, NDManager manager, NDArray embeddings) {
        this.model = model;
        this.manager = manager;
        this.classes = embeddings == null ? null : model.panoptic().masks().classes(embeddings);
    }

    /**
     * @param scenes with as many views and of one size
     * @param keyframes how many views, from the first, build the memory and are shown to the queries
     * @param pixels of every patch where points are wanted
     * @param firstPass whether what keyframes look like on their way into the memory is wanted too
     * @param watched blocks whose attention is wanted
     * @param memory an empty one, for as many scenes
     */
    Result forward(
            List<TrainingScene> scenes,
            int keyframes,
            int[] pixels,
            boolean firstPass,
            List<Integer> watched,
            Memory memory) {
        TrainingScene size = scenes.get(0);
        int patch = model.config().encoder().patchSize();
        Grid grid = Grid.of(size.height(), size.width(), patch);
        long views = size.views();
        NDArray images = images(scenes);
        NDArray encoded = model.encoder().forward(images, Tap.NONE);
        NDArray tokens = model.decoder().embed(encoded);
        NDArray byScene = tokens.reshape(
                scenes.size(), views, grid.tokens(), tokens.getShape().get(2));
        List<NDArray> entering = new ArrayList<>(); // features of the keyframes' first pass
        Tap entry = !firstPass
                ? Tap.NONE
                : (name, value) -> {
                    if (name.startsWith("feature.")) {
                        entering.add(hold(value));
                    }
                };
        for (int first = 0; first < keyframes; first += first == 0 ? 2 : 1) {
            List<Decoder.Image> group = new ArrayList<>();
            for (int v = first; v < Math.min(keyframes, first == 0 ? 2 : first + 1); v++) {
                group.add(new Decoder.Image(byScene.get(":, {}", v), grid));
            }
            model.decoder().update(memory, group, entry);
        }
        Map<Integer, NDArray[]> attention = new TreeMap<>();
        NDArray features = model.decoder().features(memory, tokens, grid, watch(watched, attention));
        NDArray raw =
                model.decoder().points(features, pixels).reshape(scenes.size(), views, grid.tokens(), pixels.length, 7);
        for (NDArray feature : entering) {
            raw = raw.concat(model.decoder().points(feature, pixels).expandDims(1), 1);
        }
        NDArray confidence = Differentiable.atMost(raw.get(":, :, :, :, 6"), LARGEST_CONFIDENCE)
                .exp()
                .add(1);
        NDArray global = activate(raw.get(":, :, :, :, 0:3"));
        NDArray local = activate(raw.get(":, :, :, :, 3:6"));
        Result result = new Result(global, local, confidence, attention, new ArrayList<>(), new ArrayList<>());
        if (classes != null) {
            heads(scenes, grid, images, encoded, features, keyframes, result);
        }
        return result;
    }

    private Tap watch(List<Integer> blocks, Map<Integer, NDArray[]> attention) {
        return blocks.isEmpty()
                ? Tap.NONE
                : (name, value) -> {
                    int dot = name.indexOf('.');
                    int block = Integer.parseInt(name.substring("block".length(), dot));
                    if (blocks.contains(block)) {
                        attention.computeIfAbsent(block, b -> new NDArray[2])[name.endsWith("query") ? 0 : 1] =
                                hold(value);
                    }
                };
    }

    private void heads(
            List<TrainingScene> scenes,
            Grid grid,
            NDArray images,
            NDArray encoded,
            NDArray decoded,
            int keyframes,
            Result result) {
        PanSt3R.Panoptic panoptic = model.panoptic();
        NDArray mixed = panoptic.mix(encoded, decoded, panoptic.dino().forward(images, Tap.NONE), grid);
        int views = scenes.get(0).views();
        for (int s = 0; s < scenes.size(); s++) {
            List<MaskTransformer.Keys> keys = new ArrayList<>();
            List<NDArray> fine = new ArrayList<>();
            int[] heights = new int[views];
            int[] widths = new int[views];
            for (int v = 0; v < views; v++) {
                Upscaler.Maps maps =
                        panoptic.upscaler().forward(mixed.get(s * views + v), images.get(s * views + v), grid);
                if (v < keyframes) {
                    keys.add(panoptic.masks().keys(maps, grid));
                }
                fine.add(maps.fine());
                heights[v] = maps.height();
                widths[v] = maps.width();
            }
            result.heads.add(heads(keys, fine, heights, widths));
            NDArray sources = Differentiable.concat(
                    keys.stream().map(MaskTransformer.Keys::source).toList(), 0);
            result.tokenClasses.add(panoptic.masks().classLogits(sources, classes));
        }
    }

    /** Of one scene. */
    private List<PanopticLoss.Output> heads(
            List<MaskTransformer.Keys> keys, List<NDArray> fine, int[] heights, int[] widths) {
        Map<Integer, NDArray> logits = new TreeMap<>();
        Map<Integer, NDArray> embeddings = new TreeMap<>();
        model.panoptic().masks().queries(keys, classes, (name, value) -> {
            if (name.startsWith("heads")) {
                int layer = Integer.parseInt(name.substring(5, name.indexOf('.')));
                if (name.endsWith(".class_logits")) {
                    logits.put(layer, hold(value));
                } else if (name.endsWith(".mask_embedding")) {
                    embeddings.put(layer, hold(value));
                }
            }
        });
        List<PanopticLoss.Output> out = new ArrayList<>();
        logits.forEach((layer, c) ->
                out.add(new PanopticLoss.Output(c, new MaskLogits(embeddings.get(layer), fine, heights, widths))));
        return out;
    }

    /** A tap's arrays are freed after it has looked; these are needed once more. */
    private NDArray hold(NDArray array) {
        NDScope.unregister(array);
        array.attach(manager);
        return array;
    }

    private NDArray images(List<TrainingScene> scenes) {
        NDList images = new NDList();
        for (TrainingScene scene : scenes) {
            for (float[] pixels : scene.pixels()) {
                images.add(manager.create(pixels, new Shape(3, scene.height(), scene.width())));
            }
        }
        return NDArrays.stack(images);
    }

    /** scene.md, with a limit on ‖v‖. */
    private NDArray activate(NDArray v) {
        if (model.config().decoder().activation() == PointmapActivation.LINEAR) {
            return v;
        }
        NDArray norm = Differentiable.atLeast(v.square().sum(new int[] {-1}, true), 1e-12)
                .sqrt();
        NDArray length = Differentiable.atMost(norm, LARGEST_RAW).exp().sub(1);
        return v.div(norm).mul(length);
    }
}
