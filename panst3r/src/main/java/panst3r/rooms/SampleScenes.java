package panst3r.rooms;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Makes the folder sample-scenes: six rooms that no model has been trained on.
 * {@code java -cp … panst3r.rooms.SampleScenes NEW_FOLDER}
 */
final class SampleScenes {
    static final int VIEWS = 8;
    private static final float QUALITY = 0.95f;

    /**
     * @param seed below {@link Rooms#FIRST_HELD_OUT_SEED}
     * @param portrait which of the eight photos are taken upright
     */
    record Scene(String name, long seed, Baseline baseline, Set<Integer> portrait, String description) {}

    static final List<Scene> SCENES = List.of(
            new Scene(
                    "dining",
                    15,
                    Baseline.NARROW,
                    Set.of(),
                    "a table with white chairs and flowers, passed in small steps"),
            new Scene(
                    "bedroom",
                    19,
                    Baseline.NARROW,
                    Set.of(),
                    "a bed between two nightstands with lamps, seen in passing"),
            new Scene(
                    "parlour",
                    18,
                    Baseline.NARROW,
                    Set.of(0, 1, 2, 3, 4, 5, 6, 7),
                    "two sofas, a low table and a television, passed in small steps; all photos upright"),
            new Scene("study", 9, Baseline.WIDE, Set.of(), "a desk, dark cabinets and plants, from all sides"),
            new Scene(
                    "living",
                    5,
                    Baseline.WIDE,
                    Set.of(),
                    "two sofas, low tables and televisions in the evening, from all sides"),
            new Scene(
                    "guest-room",
                    8,
                    Baseline.WIDE,
                    Set.of(2, 5),
                    "a table with two chairs, cabinets and cartons by a bed, from all sides; two photos upright"));

    private SampleScenes() {}

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        StringBuilder readme = new StringBuilder("""
                # Sample scenes

                Six generated rooms, eight photos each, with ground truth (docs/ground-truth.md says how it is laid out). They
                are held out: their seeds lie in a range that training never uses. The class SampleScenes of panst3r.rooms makes
                this folder.

                | scene | seed | what it shows |
                | --- | --- | --- |
                """);
        for (Scene scene : SCENES) {
            GroundTruthFolder.writeWithJpegPhotos(folder.resolve(scene.name), sample(scene), QUALITY);
            readme.append("| ")
                    .append(scene.name)
                    .append(" | ")
                    .append(scene.seed)
                    .append(" | ");
            readme.append(scene.description).append(" |\n");
        }
        Files.writeString(folder.resolve("README.md"), readme, StandardCharsets.UTF_8);
    }

    /** Eight views of 512×384, or 384×512 where the photo is taken upright with the same lens. */
    static RoomSample sample(Scene scene) {
        RoomOptions options = RoomOptions.defaults()
                .withViews(VIEWS)
                .withSize(512, 384)
                .withBaseline(scene.baseline)
                .withFurniture(6, 11)
                .withMaxSmallThings(12);
        Room room = Rooms.room(scene.seed, options);
        List<RoomView> views = new ArrayList<>();
        for (RoomCamera camera : Rooms.cameras(room, options)) {
            int i = views.size();
            RoomCamera held = !scene.portrait.contains(i)
                    ? camera
                    : new RoomCamera(
                            camera.height(),
                            camera.width(),
                            camera.fx(),
                            camera.fy(),
                            camera.cy(),
                            camera.cx(),
                            camera.cameraToWorld());
            int threads = Math.min(4, Runtime.getRuntime().availableProcessors());
            views.add(Rooms.render(room, held, String.format("%03d", i), options.noise(), threads));
        }
        return Rooms.sample(scene.name, scene.description, room, views);
    }
}
