package panst3r.magics;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import panst3r.PanSt3RException;
import panst3r.image.ImageSet;
import panst3r.rooms.RoomSample;
import panst3r.scene.Scene;
import panst3r.splat.Fit;
import panst3r.splat.SplatScene;
import panst3r.text.TextModel;
import tech.tablesaw.api.Table;

/**
 * What a notebook has at hand: photo sets and scenes by name, and the model in use. A scene has the name of its photos.
 * Things enter only when they are complete, so a command that fails leaves all as it was.
 */
public final class Workspace {
    private final Map<String, ImageSet> photos = new LinkedHashMap<>();
    private final Map<String, Scene> scenes = new LinkedHashMap<>();
    private final Map<String, String> strategies = new LinkedHashMap<>();
    private final Map<String, RoomSample> truths = new HashMap<>();
    private final Map<String, SplatScene> splats = new HashMap<>();
    private final Map<String, Fit> fits = new HashMap<>();
    private final Map<Table, Scene> tables = new WeakHashMap<>();
    private String latestPhotos;
    private String latestScene;
    private Model model;
    private TextModel text;
    private final Map<ImageSet, SimilarityMap> similarities = new WeakHashMap<>();

    /** @throws PanSt3RException if none was chosen yet */
    public synchronized Model model() {
        if (model == null) {
            throw new PanSt3RException("No model is chosen yet; start with %panst3r model PATH.");
        }
        return model;
    }

    synchronized boolean hasModel() {
        return model != null;
    }

    /** Puts a model in the place of the one before, which gives its memory back. */
    synchronized void model(Model next) {
        if (model != null) {
            model.close();
        }
        model = next;
    }

    /** The text encoder named last, or null. */
    synchronized TextModel text() {
        return text;
    }

    /** Puts a text encoder in the place of the one before. */
    synchronized void text(TextModel next) {
        if (text != null) {
            text.close();
        }
        text = next;
    }

    /** How alike the photos of a set are, or null if nobody asked yet. */
    synchronized SimilarityMap similarity(ImageSet photos) {
        return similarities.get(photos);
    }

    synchronized void similarity(ImageSet photos, SimilarityMap map) {
        similarities.put(photos, map);
    }

    synchronized void photos(String name, ImageSet set) {
        photos.put(name, set);
        latestPhotos = name;
    }

    /** The name of a photo set: the one given if there is such a set, or for null that of the latest. */
    synchronized String photosName(String name) {
        if (name == null && latestPhotos == null) {
            throw new PanSt3RException("No photos are open yet; start with %panst3r open DIR.");
        }
        String wanted = name == null ? latestPhotos : name;
        if (!photos.containsKey(wanted)) {
            throw new PanSt3RException("There are no photos named “" + wanted + "”; "
                    + (photos.isEmpty()
                            ? "open some with %panst3r open DIR."
                            : "there is " + String.join(", ", photos.keySet()) + "."));
        }
        return wanted;
    }

    /** @param name one that {@link #photosName} gave */
    synchronized ImageSet photos(String name) {
        return photos.get(name);
    }

    /**
     * @param strategy how to merge it if nothing else is said
     */
    synchronized void scene(String name, Scene scene, String strategy) {
        Scene before = scenes.remove(name); // so that the latest is the last
        if (before != null && before.prediction() != scene.prediction()) {
            truths.remove(name);
            splats.remove(name);
            fits.remove(name);
        }
        scenes.put(name, scene);
        strategies.put(name, strategy);
        latestScene = name;
    }

    /** As {@link #photosName}, of scenes. */
    synchronized String sceneName(String name) {
        if (name == null && latestScene == null) {
            throw new PanSt3RException("There is no scene yet; make one with %panst3r run, or %panst3r load PATH.");
        }
        String wanted = name == null ? latestScene : name;
        if (!scenes.containsKey(wanted)) {
            throw new PanSt3RException("There is no scene named “" + wanted + "”; "
                    + (scenes.isEmpty()
                            ? "make one with %panst3r run."
                            : "there is " + String.join(", ", scenes.keySet()) + "."));
        }
        return wanted;
    }

    /** The scene of this name, or for null the latest. */
    public synchronized Scene scene(String name) {
        return scenes.get(sceneName(name));
    }

    /** As {@link #scene(String)}, with segments. */
    Scene segmented(String name) {
        return segmented(scene(name));
    }

    /**
     * The scene itself.
     *
     * @throws PanSt3RException if it has no segments
     */
    static Scene segmented(Scene scene) {
        if (scene.panoptic().isEmpty()) {
            throw new PanSt3RException(
                    scene.prediction().hasMasks()
                            ? "This scene is not merged yet; say %panst3r merge first."
                            : "This scene is geometry only, without segments; its model had no masks or was given no"
                                    + " --classes FILE.");
        }
        return scene;
    }

    /** Remembers what is true of a scene, as long as it has its name. */
    synchronized void truth(String scene, RoomSample sample) {
        truths.put(scene, sample);
    }

    /** What was said to be true of a scene, or null. */
    synchronized RoomSample truth(String scene) {
        return truths.get(scene);
    }

    /**
     * Keeps the Gaussians of a scene.
     *
     * @param fit that they come from and that can go on, or null
     */
    synchronized void splats(String scene, SplatScene of, Fit fit) {
        splats.put(scene, of);
        fits.put(scene, fit);
    }

    /** The Gaussians of a scene, or of the same prediction merged otherwise, with this scene's labels; null if there are none. */
    synchronized SplatScene splatsOf(Scene scene) {
        for (Map.Entry<String, SplatScene> e : splats.entrySet()) {
            SplatScene found = e.getValue();
            if (found.scene().prediction() == scene.prediction()) {
                boolean current = scenes.get(e.getKey()) == scene;
                return current ? splats(e.getKey()) : found.scene() == scene ? found : found.with(scene);
            }
        }
        return null;
    }

    /**
     * The Gaussians of a scene with its labels as it is merged now.
     *
     * @throws PanSt3RException if there are none yet
     */
    synchronized SplatScene splats(String scene) {
        SplatScene found = splats.get(scene);
        if (found == null) {
            throw new PanSt3RException("There are no Gaussians of “" + scene + "” yet; fit some with %panst3r splat.");
        }
        if (found.scene() != scenes.get(scene)) {
            found = found.with(scenes.get(scene));
            splats.put(scene, found);
        }
        return found;
    }

    /**
     * The fit of a scene, to go on with.
     *
     * @throws PanSt3RException if there is none
     */
    synchronized Fit fit(String scene) {
        Fit found = fits.get(scene);
        if (found == null) {
            throw new PanSt3RException(
                    "There is no fit of “" + scene + "” to go on with; begin one with %panst3r splat.");
        }
        return found;
    }

    /** How the scene's model wants its masks merged. */
    synchronized String strategy(String scene) {
        return strategies.get(scene);
    }

    /** Remembers of what scene a table is, as long as the table lives, so that it can be shown in the scene's colours. */
    synchronized Table remember(Table table, Scene scene) {
        tables.put(table, scene);
        return table;
    }

    /** The scene that a table was made of, or null. */
    synchronized Scene sceneOf(Table table) {
        return tables.get(table);
    }

    /** The name under which exactly this scene or photo set is kept, or null. */
    public synchronized String nameOf(Object thing) {
        for (Map<String, ?> map : List.of(scenes, photos)) {
            for (Map.Entry<String, ?> e : map.entrySet()) {
                if (e.getValue() == thing) {
                    return e.getKey();
                }
            }
        }
        return null;
    }

    /** What to call a scene, which need not be kept here. */
    String titleOf(Scene scene) {
        String name = nameOf(scene);
        return name == null ? "scene" : name;
    }

    public synchronized Map<String, ImageSet> photos() {
        return new LinkedHashMap<>(photos);
    }

    public synchronized Map<String, Scene> scenes() {
        return new LinkedHashMap<>(scenes);
    }
}
