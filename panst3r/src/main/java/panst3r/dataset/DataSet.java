package panst3r.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import panst3r.PanSt3RException;
import panst3r.rooms.GroundTruthFolder;

/**
 * Scenes with ground truth, in one of the layouts that are known.
 *
 * @param kind which layout it is
 * @param folder where it lies
 * @param scenes at least one, by name
 */
public record DataSet(Kind kind, Path folder, List<DataScene> scenes) {
    /** Layouts, by the name that a command takes. */
    public enum Kind {
        /** This project's own, docs/ground-truth.md. */
        ROOMS("rooms"),
        /** Hypersim, Replica and ScanNet as Panoptic Lifting prepares them. */
        PANOPTIC_LIFTING("panoptic-lifting"),
        SCANNETPP("scannet++");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        @Override
        public String toString() {
            return label;
        }
    }

    /** Which photos of a scene, where the data set makes a difference between them. */
    public enum Split {
        TEST,
        TRAIN,
        ALL
    }

    public DataSet {
        scenes = List.copyOf(scenes);
    }

    /**
     * Finds out the layout by the files that are there.
     *
     * @param folder a data set, or one of its scenes
     * @param split which photos, where the data set has such lists
     * @throws PanSt3RException if there is no scene in any of the layouts
     */
    public static DataSet open(Path folder, Split split) {
        if (!Files.isDirectory(folder)) {
            throw new PanSt3RException(folder + " is not a folder.");
        }
        if (ScanNetPpScene.isOne(folder)) {
            return new DataSet(Kind.SCANNETPP, folder, ScanNetPpScene.scenes(folder, split));
        }
        List<Path> candidates =
                Stream.concat(Stream.of(folder), folders(folder).stream()).toList();
        List<Path> rooms = candidates.stream().filter(GroundTruthFolder::isOne).toList();
        if (!rooms.isEmpty()) {
            return new DataSet(
                    Kind.ROOMS,
                    folder,
                    rooms.stream().map(f -> (DataScene) new RoomsScene(f)).toList());
        }
        List<Path> lifted =
                candidates.stream().filter(PanopticLiftingScene::isOne).toList();
        if (!lifted.isEmpty()) {
            return new DataSet(
                    Kind.PANOPTIC_LIFTING,
                    folder,
                    lifted.stream()
                            .map(f -> (DataScene) new PanopticLiftingScene(f, split))
                            .toList());
        }
        throw new PanSt3RException("Neither " + folder + " nor a folder in it is a scene in a layout that is known: a"
                + " ground-truth.json (rooms), color, rs_semantics and rs_instance (Panoptic Lifting), or data/…/dslr and"
                + " data/…/scans (ScanNet++); docs/evaluation.md describes them.");
    }

    /** Folders in a folder, by name; hidden ones are passed over. */
    static List<Path> folders(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(e ->
                            Files.isDirectory(e) && !e.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new PanSt3RException(folder + " cannot be read (" + e + ").", e);
        }
    }
}
