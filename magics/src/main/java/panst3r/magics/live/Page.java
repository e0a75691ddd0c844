package panst3r.magics.live;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.WeakHashMap;
import panst3r.PanSt3RException;
import panst3r.inference.Prediction;
import panst3r.picture.Viewpoint;
import panst3r.scene.Scene;

/**
 * The 3D views and tables of scenes that are on the notebook's page, while a kernel runs: what was clicked in them, where
 * they are looked at from, and which segments they highlight. A widget without a view of its own carries it
 * ({@code page.js}): it hears what the sandboxed frames of the 3D views say, and tells it here.
 */
public final class Page {
    private static final String SCRIPT = script();

    /** A longer side than this is no view of a page. */
    private static final int LONGEST = 4096;

    /**
     * What a 3D view shows.
     *
     * @param width in pixels
     * @param height in pixels
     * @param backs whether surfaces are shown that are seen from behind
     */
    public record Look(Viewpoint viewpoint, int width, int height, boolean backs) {}

    /**
     * A picture of what a 3D view shows.
     *
     * @param line in words
     */
    public record Picture(byte[] png, String line) {}

    /** Makes pictures for the page, on a thread of its own. */
    @FunctionalInterface
    public interface Painter {
        /** @throws PanSt3RException with the sentence that the page will show */
        Picture paint(Scene scene, Look look);
    }

    private final Widgets widgets;
    private final Painter painter;
    private final String token = UUID.randomUUID().toString().replace("-", "");
    private final List<WeakReference<Scene>> scenes = new ArrayList<>();
    private final Map<Prediction, Look> looks = new WeakHashMap<>();
    private final Set<Integer> seen = new HashSet<>();
    private WeakReference<Scene> lastPicked = new WeakReference<>(null);
    private WeakReference<Prediction> lastMoved = new WeakReference<>(null);
    private Widget widget;
    private int views;

    /** @param painter of what a 3D view asks for */
    public Page(Widgets widgets, Painter painter) {
        this.widgets = widgets;
        this.painter = painter;
    }

    /** Marks one more 3D view of a scene: {@link #mark}, and a number by which it is known when it comes back. */
    public synchronized String markView(Scene scene) {
        return mark(scene) + ":" + views++;
    }

    /** Marks what is shown of a scene, as the attribute {@code data-panst3r}. The first call opens the line to the page. */
    public synchronized String mark(Scene scene) {
        if (widget == null) {
            JsonObject state = new JsonObject();
            state.addProperty("token", token);
            widget = widgets.open(SCRIPT, state, new Widget.Listener() {
                @Override
                public void heard(Widget self, JsonObject content, List<byte[]> buffers) {
                    hear(content);
                }
            });
        }
        int id = number(scene);
        if (id < 0) {
            id = scenes.size();
            scenes.add(new WeakReference<>(scene));
        }
        return token + ":" + id;
    }

    private int number(Scene scene) {
        for (int i = 0; i < scenes.size(); i++) {
            if (scenes.get(i).get() == scene) {
                return i;
            }
        }
        return -1;
    }

    /** Whether a 3D view of this scene has spoken from a page: only between cells can one. */
    public synchronized boolean shows(Scene scene) {
        return seen.contains(number(scene));
    }

    /** Lets these segments stand out in all 3D views and tables of the scene; none ends it. */
    public synchronized void select(Scene scene, List<Integer> segments) {
        JsonArray ids = new JsonArray();
        segments.forEach(ids::add);
        JsonObject message = new JsonObject();
        message.addProperty("kind", "select");
        message.addProperty("scene", number(scene));
        message.add("segments", ids);
        widget.send(message, List.of());
    }

    /** The scene in which something was picked last; empty if there was nothing yet. */
    public synchronized Optional<Scene> lastPicked() {
        return Optional.ofNullable(lastPicked.get());
    }

    /**
     * Where a 3D view of this scene is looked at from, or of the same photos merged otherwise; the last that was moved.
     * Empty if none was.
     */
    public synchronized Optional<Viewpoint> viewpoint(Scene scene) {
        return look(scene).map(Look::viewpoint);
    }

    /** As {@link #viewpoint(Scene)}, with the size of the view. */
    public synchronized Optional<Look> look(Scene scene) {
        return Optional.ofNullable(looks.get(scene.prediction()));
    }

    /** The viewpoint of the 3D view that was moved last; empty if none was. */
    public synchronized Optional<Viewpoint> viewpoint() {
        return Optional.ofNullable(looks.get(lastMoved.get())).map(Look::viewpoint);
    }

    private void hear(JsonObject said) {
        Scene scene;
        Look look;
        int ask;
        try {
            scene = take(said);
            boolean asks = scene != null && said.get("kind").getAsString().equals("render");
            look = asks ? look(said.getAsJsonObject("look")) : null;
            ask = asks ? whole(said.get("ask")) : 0;
        } catch (RuntimeException e) {
            throw new PanSt3RException("The page said something that could not be understood: " + said + ".", e);
        }
        if (look != null) {
            answer(scene, look, ask);
        }
    }

    /** Paints without holding up cells that ask what was clicked. */
    private void answer(Scene scene, Look look, int ask) {
        JsonObject message = new JsonObject();
        message.addProperty("kind", "frame");
        message.addProperty("ask", ask);
        List<byte[]> png = List.of();
        try {
            Picture picture = painter.paint(scene, look);
            message.addProperty("line", picture.line());
            png = List.of(picture.png());
        } catch (PanSt3RException e) {
            message.addProperty("error", e.getMessage());
        } catch (OutOfMemoryError e) {
            message.addProperty("error", "Java's heap is full; start the kernel with a larger -Xmx.");
        }
        widget.send(message, png);
    }

    /** @return the scene that was spoken of; null if it is gone */
    private synchronized Scene take(JsonObject said) {
        int id = whole(said.get("scene"));
        Scene scene = scenes.get(id).get();
        if (scene == null) {
            return null;
        }
        switch (said.get("kind").getAsString()) {
            case "ready" -> seen.add(id);
            case "pick" -> {
                int row = whole(said.get("row"));
                int column = whole(said.get("column"));
                if (scene.pick(whole(said.get("view")), row, column).isPresent()) {
                    lastPicked = new WeakReference<>(scene);
                }
            }
            case "look", "render" -> {
                looks.put(scene.prediction(), look(said.getAsJsonObject("look")));
                lastMoved = new WeakReference<>(scene.prediction());
            }
            default -> {
                // of a later version
            }
        }
        return scene;
    }

    private static Look look(JsonObject said) {
        int width = whole(said.get("width"));
        int height = whole(said.get("height"));
        if (width < 1 || height < 1 || width > LONGEST || height > LONGEST) {
            throw new NumberFormatException("no size");
        }
        return new Look(
                viewpoint(said.getAsJsonObject("viewpoint")),
                width,
                height,
                said.get("backs").getAsBoolean());
    }

    /** {@code getAsInt} would take any number for one. */
    private static int whole(JsonElement number) {
        double value = number.getAsDouble();
        if (value != (int) value) {
            throw new NumberFormatException("not whole");
        }
        return (int) value;
    }

    private static Viewpoint viewpoint(JsonObject v) {
        return new Viewpoint(
                three(v.get("position")),
                three(v.get("target")),
                three(v.get("up")),
                v.get("fovY").getAsDouble());
    }

    private static double[] three(JsonElement array) {
        double[] out = new double[3];
        for (int k = 0; k < 3; k++) {
            out[k] = array.getAsJsonArray().get(k).getAsDouble();
            if (!Double.isFinite(out[k])) {
                throw new NumberFormatException("not finite");
            }
        }
        return out;
    }

    private static String script() {
        try (InputStream in = Page.class.getResourceAsStream("page.js")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
