package panst3r.dataset;

import java.nio.file.Path;
import java.util.List;
import panst3r.rooms.SceneTruth;

/** One scene of a data set. Nothing of it is read before it is asked for. */
public interface DataScene {
    /** Unique in its data set. */
    String name();

    /**
     * The photos to be looked at, in order.
     *
     * @throws panst3r.PanSt3RException if a file is missing or makes no sense, in one sentence; so does {@link #truth}
     */
    List<Path> photos();

    /** What is true of them, in the same order; views are named as their photos' files. */
    SceneTruth truth();
}
