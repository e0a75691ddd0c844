package panst3r.evaluation;

import java.nio.file.Path;
import java.util.List;
import panst3r.Progress;
import panst3r.rooms.SceneTruth;
import panst3r.scene.Scene;

/** What makes a scene of photos, to be measured. */
@FunctionalInterface
public interface Predictor {
    /**
     * @param truth of the scene, for the names of its classes; what is true of the pixels is not to be looked at
     * @return merged, unless only geometry is known
     */
    Scene predict(List<Path> photos, SceneTruth truth, Progress progress);
}
