package panst3r.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import panst3r.Progress;
import panst3r.checkpoint.ClassTable;
import panst3r.checkpoint.LabelMode;
import panst3r.checkpoint.PanopticConfig;
import panst3r.image.View;
import panst3r.merge.ClassLogits;
import panst3r.model.Decoder;
import panst3r.model.Grid;
import panst3r.model.MaskTransformer;
import panst3r.model.Memory;
import panst3r.model.PanSt3R;
import panst3r.model.Tap;
import panst3r.model.Upscaler;
import panst3r.nn.Scope;
import panst3r.retrieval.ImageMatcher;

/**
 * One run of {@link Inference}: the order of work of inference.md, and what has to be held between its steps. Arrays that
 * outlive a step belong to this run and are freed with it; each is freed earlier, when nothing needs it any more.
 */
final class Run implements AutoCloseable {
    /** Tokens in a batch at most, whatever the caller allows: more would make single native calls too long to interrupt. */
    private static final int TOKENS = 8192;

    private final PanSt3R model;
    private final PanSt3R.Panoptic panoptic;
    private final NDManager held;
    private final List<View> views;
    private List<Integer> keyframes;
    private List<Integer> distinctKeyframes;
    private List<Integer> others;
    private final int batch;
    private final int refinements;
    private final Spill spill;
    private final Features features;
    private final Progress progress;
    private final Tap tap;

    // by view
    private final NDArray[] encoded;
    private final NDArray[] embedded;
    private final NDArray[] decoded;
    private final NDArray[] seen;
    private final NDArray[] fine;
    private final MaskTransformer.Keys[] keys;
    private final FloatBuffer[] pointmaps;
    private final FloatBuffer[] masks;
    private final int[] maskHeights;
    private final int[] maskWidths;

    Run(
            PanSt3R model,
            List<View> views,
            int batch,
            int refinements,
            Spill spill,
            Features features,
            Progress progress,
            Tap tap) {
        this.model = model;
        this.panoptic = model.panoptic();
        this.held = model.manager().newSubManager();
        this.views = views;
        this.batch = batch;
        this.refinements = refinements;
        this.spill = spill;
        this.features = features;
        this.progress = progress;
        this.tap = tap;
        int v = views.size();
        encoded = new NDArray[v];
        embedded = new NDArray[v];
        decoded = new NDArray[v];
        seen = new NDArray[v];
        fine = new NDArray[v];
        keys = new MaskTransformer.Keys[v];
        pointmaps = new FloatBuffer[v];
        masks = new FloatBuffer[v];
        maskHeights = new int[v];
        maskWidths = new int[v];
    }

    /** For a choice of keyframes that looks at the views; {@link #predict} does not encode again what was asked for. */
    Keyframes.Encodings encodings() {
        return new Keyframes.Encodings() {
            @Override
            public NDArray of(int view) {
                if (encoded[view] == null) {
                    Scope.free(() -> encode(List.of(view)));
                }
                return encoded[view].get(0);
            }

            @Override
            public ByteBuffer descriptor(int view, ImageMatcher matcher) {
                ByteBuffer[] out = new ByteBuffer[1];
                Scope.free(() -> out[0] = tap.isOpen()
                        ? matcher.descriptor(of(view))
                        : features.descriptor(view, matcher, () -> of(view)));
                return out[0];
            }
        };
    }

    /**
     * @param memory holds the first of the keyframes already, or nothing; the others are put in
     * @param chosen keyframes in order; a single view is its own pair, {@code [0, 0]}
     * @param table null for geometry only
     */
    Prediction predict(Memory memory, List<Integer> chosen, ClassTable table) {
        keyframes = chosen;
        distinctKeyframes = chosen.stream().distinct().toList();
        others = IntStream.range(0, views.size())
                .filter(i -> !chosen.contains(i))
                .boxed()
                .toList();
        eachBatch("encode", distinctKeyframes, this::embed);
        fill(memory);
        eachBatch("render", distinctKeyframes, group -> render(memory, group));
        if (panoptic == null || table == null) {
            eachBatch("other views", others, group -> {
                embed(group);
                render(memory, group);
                group.forEach(i -> free(encoded, i));
            });
            return prediction(List.of(), null, new float[0]);
        }
        NDArray classes = classes(model, table);
        eachBatch("dino", distinctKeyframes, this::look);
        eachBatch("upscale", distinctKeyframes, group -> upscale(group, true));
        NDArray queries = findObjects(classes);
        NDArray embedding = panoptic.masks().maskEmbedding(queries);
        eachBatch("masks", distinctKeyframes, group -> mask(embedding, group));
        eachBatch("other views", others, group -> {
            embed(group);
            render(memory, group);
            look(group);
            upscale(group, false);
            mask(embedding, group);
        });
        return prediction(table.names(), classLogits(model, queries, classes), queries.toFloatArray());
    }

    /** Everything that was held. */
    @Override
    public void close() {
        held.close();
    }

    private void encode(List<Integer> group) {
        for (int i : group) {
            NDArray x = features.encoded(i, shown(List.of(i)));
            encoded[i] = hold(keyframes == null && !features.onDisk() ? spill.keep(x) : x);
        }
    }

    /**
     * Encodes what is not encoded yet, and makes tokens for the decoder of it: one view at a time, so that what enters the
     * memory does not depend on who else is there.
     */
    private void embed(List<Integer> group) {
        for (int i : group) {
            if (encoded[i] == null) {
                encode(List.of(i));
            }
            embedded[i] = hold(model.decoder().embed(encoded[i]));
        }
    }

    private void fill(Memory memory) {
        int groups = keyframes.size() - 1; // a pair, then one at a time
        for (int pass = 0; pass <= refinements; pass++) {
            for (int g = 0; g < groups; g++) {
                progress.step("memory", pass * groups + g, groups * (1 + refinements));
                if (pass == 0 && g + 1 < memory.images()) {
                    continue; // an earlier part of the sequence put it in
                }
                int[] labels = g == 0 ? new int[] {0, 1} : new int[] {g + 1};
                List<Decoder.Image> images = IntStream.of(labels)
                        .map(keyframes::get)
                        .mapToObj(i -> new Decoder.Image(embedded[i], grid(i)))
                        .toList();
                Tap shown = updates(pass * groups + g, labels);
                if (pass == 0) {
                    model.decoder().update(memory, images, shown);
                } else {
                    model.decoder().refine(memory, images, labels, shown);
                }
            }
        }
        progress.step("memory", groups * (1 + refinements), groups * (1 + refinements));
    }

    private void render(Memory memory, List<Integer> group) {
        Decoder.Rendering r = model.decoder().render(memory, stack(embedded, group), grid(group.get(0)));
        shown(group).see("pointmap", r.pointmaps());
        shown(group).see("decoder", r.features());
        for (int k = 0; k < group.size(); k++) {
            int i = group.get(k);
            pointmaps[i] = FloatBuffer.wrap(r.pointmaps().get(k).toFloatArray()).asReadOnlyBuffer();
            decoded[i] = hold(row(r.features(), k));
            free(embedded, i);
        }
    }

    private void look(List<Integer> group) {
        for (int i : group) {
            seen[i] = hold(features.seen(i, shown(List.of(i))));
        }
    }

    /** Mixes and upscales; the mask features stay in {@link #fine}. */
    private void upscale(List<Integer> group, boolean keyframe) {
        Grid grid = grid(group.get(0));
        NDArray mixed = panoptic.mix(stack(encoded, group), stack(decoded, group), stack(seen, group), grid);
        shown(group).see("mixed", mixed);
        for (int k = 0; k < group.size(); k++) {
            int i = group.get(k);
            free(encoded, i);
            free(decoded, i);
            free(seen, i);
            NDArray features = mixed.get(k);
            Scope.free(() -> {
                Progress.stopIfInterrupted("Upscaling");
                Upscaler.Maps maps = panoptic.upscaler().forward(features, image(i), grid);
                maskHeights[i] = maps.height();
                maskWidths[i] = maps.width();
                shown(i).see("f16", planes(maps.coarse(), grid.rows(), grid.columns()));
                shown(i).see("mask_features", planes(maps.fine(), maps.height(), maps.width()));
                if (keyframe) {
                    MaskTransformer.Keys of = panoptic.masks().keys(maps, grid);
                    keys[i] = new MaskTransformer.Keys(hold(of.source()), hold(of.fine()), grid);
                }
                fine[i] = hold(keyframe ? spill.keep(maps.fine()) : maps.fine());
            });
        }
    }

    private NDArray findObjects(NDArray classes) {
        progress.step("objects", 0, 1);
        Tap heads = !tap.isOpen()
                ? Tap.NONE
                : (name, value) -> {
                    tap.see(name, value);
                    for (int label = 0; label < keyframes.size() && name.endsWith(".mask_embedding"); label++) {
                        int i = keyframes.get(label);
                        String stem = name.substring(0, name.lastIndexOf('.'));
                        NDArray logits = MaskTransformer.maskLogits(value, fine[i]);
                        tap.see(stem + ".mask_logits.view" + name(label), shaped(logits, i));
                    }
                };
        NDArray queries =
                panoptic.masks().queries(keyframes.stream().map(i -> keys[i]).toList(), classes, heads);
        tap.see("final_queries", queries);
        tap.see("class_logits", panoptic.masks().classLogits(queries, classes));
        progress.step("objects", 1, 1);
        return queries;
    }

    private void mask(NDArray embedding, List<Integer> group) {
        for (int i : group) {
            Scope.free(() -> {
                Progress.stopIfInterrupted("Drawing masks");
                NDArray logits = MaskTransformer.maskLogits(embedding, fine[i]);
                shown(i).see("mask_logits", shaped(logits, i));
                masks[i] = spill.store(logits);
            });
            free(fine, i);
        }
    }

    private Prediction prediction(List<String> names, ClassLogits classLogits, float[] queries) {
        List<ViewPrediction> out = new ArrayList<>();
        for (int i = 0; i < views.size(); i++) {
            out.add(new ViewPrediction(
                    views.get(i), keyframes.contains(i), pointmaps[i], maskHeights[i], maskWidths[i], masks[i]));
        }
        return new Prediction(
                out, model.config().decoder().activation(), names, classLogits, queries, model.description());
    }

    static NDArray classes(PanSt3R model, ClassTable table) {
        Shape shape = new Shape(table.names().size(), table.width());
        return model.panoptic().masks().classes(model.manager().create(table.embeddings(), shape));
    }

    static ClassLogits classLogits(PanSt3R model, NDArray queries, NDArray classes) {
        NDArray logits = model.panoptic().masks().classLogits(queries, classes);
        Shape shape = logits.getShape();
        LabelMode mode =
                model.config().panoptic().map(PanopticConfig::labelMode).orElseThrow();
        return new ClassLogits((int) shape.get(0), (int) shape.get(1), logits.toFloatArray(), mode);
    }

    private interface Work {
        void on(List<Integer> group);
    }

    /** Views of one size, at most {@link #batch} together; what the work makes and does not hold is freed. */
    private void eachBatch(String stage, List<Integer> which, Work work) {
        Map<Grid, List<List<Integer>>> bySize = new LinkedHashMap<>();
        for (int i : which) {
            List<List<Integer>> groups = bySize.computeIfAbsent(grid(i), g -> new ArrayList<>());
            int most = Math.min(batch, Math.max(1, TOKENS / grid(i).tokens()));
            if (groups.isEmpty() || groups.get(groups.size() - 1).size() >= most) {
                groups.add(new ArrayList<>());
            }
            groups.get(groups.size() - 1).add(i);
        }
        int done = 0;
        for (List<List<Integer>> groups : bySize.values()) {
            for (List<Integer> group : groups) {
                progress.step(stage, done, which.size());
                Scope.free(() -> work.on(group));
                done += group.size();
            }
        }
        progress.step(stage, done, which.size());
    }

    /** Takes an array out of the step that made it. */
    private NDArray hold(NDArray array) {
        NDScope.unregister(array);
        array.attach(held);
        return array;
    }

    private static void free(NDArray[] of, int i) {
        of[i].close();
        of[i] = null;
    }

    private Grid grid(int i) {
        View view = views.get(i);
        return Grid.of(view.height(), view.width(), model.config().encoder().patchSize());
    }

    private NDArray image(int i) {
        View view = views.get(i);
        return model.manager().create(view.pixels(), new Shape(3, view.height(), view.width()));
    }

    /** Row k of a batch, as a batch of one. */
    private static NDArray row(NDArray x, int k) {
        return x.get("{}:{}", k, k + 1);
    }

    private static NDArray stack(NDArray[] of, List<Integer> group) {
        return group.size() == 1
                ? of[group.get(0)]
                : NDArrays.concat(new NDList(group.stream().map(i -> of[i]).toList()), 0);
    }

    private NDArray shaped(NDArray logits, int i) {
        return logits.reshape(-1, maskHeights[i], maskWidths[i]);
    }

    /** Tokens [h·w, C] as [C, h, w]. */
    private static NDArray planes(NDArray tokens, int h, int w) {
        return tokens.transpose().reshape(-1, h, w);
    }

    /** The number under which a tap sees a keyframe: that of the view, but both copies of a single view are told apart. */
    private int name(int label) {
        return views.size() == 1 ? label : keyframes.get(label);
    }

    private Tap shown(List<Integer> group) {
        if (views.size() == 1 && tap.isOpen()) {
            return (name, value) -> {
                tap.see("view0." + name, value.get(0));
                tap.see("view1." + name, value.get(0));
            };
        }
        return tap.views(group);
    }

    private Tap shown(int i) {
        Tap one = shown(List.of(i));
        return one.isOpen() ? (name, value) -> one.see(name, value.expandDims(0)) : Tap.NONE;
    }

    /** Names of what an update shows: the fixtures name views, the decoder numbers the images of a group. */
    private Tap updates(int update, int[] labels) {
        if (!tap.isOpen()) {
            return Tap.NONE;
        }
        return (name, value) -> {
            int dot = name.lastIndexOf('.');
            String what = name.substring(0, Math.max(0, dot));
            if (dot < 0) {
                tap.see("update" + update + "." + name, value);
            } else if (what.startsWith("block")) {
                int view = name(labels[Integer.parseInt(name.substring(dot + 1))]);
                tap.see("update" + update + "." + what + ".view" + view, value.get(0));
            } else {
                int view = name(labels[Integer.parseInt(name.substring(dot + 1))]);
                tap.see("view" + view + ".first_pass_" + what, value.get(0));
            }
        };
    }
}
