package panst3r.magics.live;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.magics.Model;
import panst3r.magics.compare.Measures;
import panst3r.magics.display.Html;
import panst3r.magics.viewer.Repaint;
import panst3r.magics.viewer.Viewer;
import panst3r.magics.viewer.ViewerOptions;
import panst3r.merge.Comparison;
import panst3r.merge.Merge;
import panst3r.merge.MergeStrategy;
import panst3r.merge.Option;
import panst3r.merge.Panoptic;
import panst3r.merge.Segment;
import panst3r.metrics.GroundTruth;
import panst3r.scene.Scene;

/**
 * A widget that merges a scene anew as its sliders move. The page says what it wishes, as a whole: the setting to try
 * now, those kept as A and B, and which of them to show. It gets back their numbers, and for every point that it has the
 * number of its segment. Wishes that were overtaken are skipped; one that takes long is given up for the next.
 */
public final class LiveComparison {
    /** Of the page with the points, which goes over the wire once. */
    private static final long DOCUMENT = 3_000_000;

    /** A merge is given up for a newer wish after this time; before, it is nearly done. */
    private static final long PATIENCE = 500_000_000L;

    private static final long BETWEEN = 300_000_000L;
    private static final List<String> SLOTS = List.of("now", "a", "b");

    private final Scene scene;
    private final GroundTruth truth; // null for none
    private final Viewer viewer;
    private final Made start;
    private final Map<String, Made> made = new HashMap<>(); // by setting: those wished last
    private final Widget widget;

    /** One merge; its segments have the number of their query + 1, so that nothing changes but what changes. */
    private record Made(Panoptic panoptic, double seconds) {}

    private LiveComparison(
            Widgets widgets, Scene scene, String name, MergeStrategy first, GroundTruth truth, Progress progress) {
        this.scene = scene;
        this.truth = truth;
        this.start = made(first, progress);
        this.viewer = Viewer.of(
                scene.with(start.panoptic),
                ViewerOptions.of(name)
                        .withNotes(notes(scene))
                        .withGlobal(false)
                        .withLive(scene.prediction().classLogits().queries() + 1)
                        .withDisagreement(disagreement(start, start))
                        .withLimits(DOCUMENT, 0),
                progress);
        JsonObject wish = new JsonObject();
        wish.addProperty("seq", 0);
        wish.addProperty("now", first.describe());
        wish.addProperty("show", "now");
        JsonObject traits = result(wish, Map.of("now", start), start);
        traits.add("spec", spec(name));
        traits.add("wish", wish);
        traits.addProperty("status", "");
        traits.addProperty("error", "");
        this.widget = widgets.open(module(), traits, new Widget.Listener() {
            @Override
            public void changed(Widget from, JsonObject changes) {
                if (changes.has("wish")) {
                    fulfil(changes.getAsJsonObject("wish"));
                }
            }
        });
        widget.set("document", viewer.document().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Opens the widget, which is seen by its {@link #bundle}.
     *
     * @param first the setting that it begins with, and that others are compared with until one is kept as A
     * @param truth or null
     * @throws PanSt3RException if the scene has no masks, or the first merge cannot be made
     */
    public static LiveComparison open(
            Widgets widgets, Scene scene, String name, MergeStrategy first, GroundTruth truth, Progress progress) {
        return new LiveComparison(widgets, scene, name, first, truth, progress);
    }

    /** For a cell; where no widget can run, a line that says so. */
    public Map<String, Object> bundle() {
        String instead =
                "Sliders that merge anew stand here in JupyterLab with anywidget; what is below stands anywhere.";
        Map<String, Object> out = new LinkedHashMap<>(widget.bundle(instead));
        out.put("text/html", Html.page("<div class=\"m\">" + instead + "</div>"));
        return out;
    }

    /** Takes it from the page, and lets the scene go. */
    public void close() {
        widget.close();
    }

    private static List<String> notes(Scene scene) {
        return Model.isRandom(scene.prediction()) ? List.of("Random weights: not a result") : List.of();
    }

    private void fulfil(JsonObject wish) {
        try {
            LiveProgress progress = new LiveProgress();
            Map<String, Made> shown = new LinkedHashMap<>();
            Map<String, Made> kept = new HashMap<>();
            for (String slot : SLOTS) {
                if (wish.has(slot) && !wish.get(slot).isJsonNull()) {
                    MergeStrategy strategy = Merge.parse(wish.get(slot).getAsString());
                    Made m = made.get(strategy.describe());
                    if (m == null) {
                        m = made(strategy, progress);
                    }
                    kept.put(strategy.describe(), m);
                    shown.put(slot, m);
                }
            }
            made.clear();
            made.putAll(kept);
            Made base = shown.getOrDefault("a", start);
            JsonObject traits = result(wish, shown, base);
            traits.addProperty("status", "");
            traits.addProperty("error", "");
            Made visible = shown.getOrDefault(wish.get("show").getAsString(), shown.get("now"));
            Repaint repaint = viewer.repaint(scene.with(visible.panoptic), disagreement(visible, base));
            traits.getAsJsonObject("result").add("segments", repaint.segments());
            traits.getAsJsonObject("result").addProperty("unassigned", repaint.unassigned());
            widget.set(traits, Map.of("colours", repaint.colours()));
        } catch (Overtaken e) {
            // the next wish is waiting
        } catch (PanSt3RException e) {
            refuse(wish, e.getMessage());
        } catch (RuntimeException | OutOfMemoryError e) {
            e.printStackTrace(); // no cell to show it in: the server's log
            refuse(wish, "Unexpected: " + e);
        }
    }

    /** The sentence; what was shown before stays. */
    private void refuse(JsonObject wish, String sentence) {
        JsonObject traits = new JsonObject();
        traits.addProperty("status", "");
        traits.addProperty("error", sentence);
        traits.add("answered", wish.get("seq"));
        widget.set(traits, Map.of());
    }

    private Made made(MergeStrategy strategy, Progress progress) {
        long from = System.nanoTime();
        Panoptic p = strategy.merge(scene.prediction().classLogits(), scene.preparedMasks(), progress);
        if (p.segments().isEmpty()) {
            throw new PanSt3RException(
                    strategy.describe() + " keeps no query; what is shown is the merge before. Lower a threshold.");
        }
        double seconds = (System.nanoTime() - from) / 1e9;
        return new Made(numberedByQuery(p), seconds);
    }

    private static Panoptic numberedByQuery(Panoptic p) {
        int[] number = new int[p.segments().stream().mapToInt(Segment::id).max().orElse(0) + 1];
        p.segments().forEach(s -> number[s.id()] = s.query() + 1);
        List<int[]> ids = new ArrayList<>();
        for (int[] of : p.ids()) {
            int[] out = new int[of.length];
            for (int i = 0; i < out.length; i++) {
                out[i] = number[of[i]];
            }
            ids.add(out);
        }
        List<Segment> segments = p.segments().stream()
                .map(s ->
                        new Segment(s.query() + 1, s.query(), s.label(), s.classScore(), s.maskConfidence(), s.area()))
                .sorted(Comparator.comparingInt(Segment::id))
                .toList();
        return new Panoptic(p.strategy(), ids, p.confidence(), segments, p.solution());
    }

    /** Per view [H·W] 1 where the query is another. */
    private static List<float[]> disagreement(Made of, Made base) {
        List<float[]> out = new ArrayList<>();
        for (int v = 0; v < of.panoptic.ids().size(); v++) {
            int[] a = of.panoptic.ids().get(v);
            int[] b = base.panoptic.ids().get(v);
            float[] map = new float[a.length];
            for (int i = 0; i < map.length; i++) {
                map[i] = a[i] == b[i] ? 0 : 1;
            }
            out.add(map);
        }
        return out;
    }

    /** The table: one row a setting, the values of the metrics in their order. */
    private JsonObject result(JsonObject wish, Map<String, Made> shown, Made base) {
        JsonArray rows = new JsonArray();
        shown.forEach((slot, m) -> {
            Measures of = Measures.of(Comparison.Entry.of(m.panoptic, base.panoptic, m.seconds), truth);
            JsonObject row = new JsonObject();
            row.addProperty("slot", slot);
            row.addProperty("strategy", of.strategy());
            JsonArray values = new JsonArray();
            metrics().forEach(metric -> {
                double value = metric.value().applyAsDouble(of);
                values.add(Double.isFinite(value) ? new JsonPrimitive(value) : null);
            });
            row.add("values", values);
            rows.add(row);
        });
        JsonObject result = new JsonObject();
        result.add("rows", rows);
        result.addProperty("base", base == start ? start.panoptic.strategy() + " (the start)" : "A");
        JsonObject traits = new JsonObject();
        traits.add("result", result);
        traits.add("answered", wish.get("seq"));
        return traits;
    }

    private List<Measures.Metric> metrics() {
        return Measures.METRICS.stream()
                .filter(m -> truth != null || !Measures.measuresQuality(m))
                .toList();
    }

    /** What there is to choose from. */
    private JsonObject spec(String name) {
        JsonObject out = new JsonObject();
        out.addProperty("scene", name);
        out.addProperty("model", scene.model());
        JsonArray columns = new JsonArray();
        metrics().forEach(m -> columns.add(m.name()));
        out.add("metrics", columns);
        JsonArray strategies = new JsonArray();
        for (MergeStrategy s : Merge.all()) {
            JsonArray options = new JsonArray();
            for (Option o : s.options()) {
                JsonObject option = new JsonObject();
                option.addProperty("name", o.name());
                option.addProperty("kind", o.kind().name());
                option.addProperty("initial", o.initial());
                option.addProperty("min", o.min());
                option.addProperty("max", o.max());
                JsonArray choices = new JsonArray();
                o.choices().forEach(choices::add);
                option.add("choices", choices);
                option.addProperty("description", o.description());
                options.add(option);
            }
            JsonObject strategy = new JsonObject();
            strategy.addProperty("name", s.name());
            strategy.add("options", options);
            strategies.add(strategy);
        }
        out.add("strategies", strategies);
        return out;
    }

    private static String module() {
        try (InputStream in = LiveComparison.class.getResourceAsStream("live.js")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A newer wish waits. */
    private static final class Overtaken extends RuntimeException {
        Overtaken() {
            super(null, null, false, false);
        }
    }

    /** Tells the page of long work, and ends it when it has been overtaken. */
    private final class LiveProgress implements Progress {
        private final long from = System.nanoTime();
        private long told = from;

        @Override
        public void update(String stage, int done, int total) {
            long now = System.nanoTime();
            if (widget.overtaken() && now - from > PATIENCE) {
                throw new Overtaken();
            }
            if (now - told > BETWEEN) {
                told = now;
                JsonObject traits = new JsonObject();
                JsonElement text = new JsonPrimitive(stage + (total > 0 ? " " + done + " of " + total : ""));
                traits.add("status", text);
                widget.set(traits, Map.of());
            }
        }
    }
}
