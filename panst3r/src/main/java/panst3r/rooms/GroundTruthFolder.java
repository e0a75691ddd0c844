package panst3r.rooms;

import java.nio.file.Path;

/** Photos with ground truth as a folder of PNG and JSON files; docs/ground-truth.md describes it. */
public final class GroundTruthFolder {
    private GroundTruthFolder() {}

    /**
     * Reads a scene, strictly.
     *
     * @throws panst3r.PanSt3RException naming the file that is missing or inconsistent
     */
    public static RoomSample read(Path folder) {
        throw new UnsupportedOperationException("not yet");
    }

    /** Writes a scene to a folder that does not exist yet; it appears under its name only when complete. */
    public static void write(Path folder, RoomSample sample) {
        throw new UnsupportedOperationException("not yet");
    }
}
