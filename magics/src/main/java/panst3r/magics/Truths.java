package panst3r.magics;

import java.nio.file.Path;
import java.util.Optional;
import panst3r.CancelledException;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.magics.display.Text;
import panst3r.merge.Merge;
import panst3r.metrics.GroundTruth;
import panst3r.metrics.MergingExercise;
import panst3r.metrics.TrueScene;
import panst3r.rooms.GroundTruthFolder;
import panst3r.rooms.RoomSample;
import panst3r.scene.Scene;

/** Ground truth: where it is found, and scenes made of it. Parameters as at {@link Session}. */
final class Truths {
    private final Jobs jobs;
    private final Workspace workspace;

    Truths(Jobs jobs, Workspace workspace) {
        this.jobs = jobs;
        this.workspace = workspace;
    }

    /** What a comparison is measured against: nothing, and a warning, where what lies beside the photos does not fit. */
    GroundTruth of(String name, Scene scene, String folder, Progress progress) {
        try {
            GroundTruth truth = sample(name, scene, folder)
                    .map(s -> GroundTruth.of(s, scene))
                    .orElse(null);
            if (truth != null) {
                truth.warnOfUnmeasured(progress);
            }
            return truth;
        } catch (PanSt3RException e) {
            if (folder != null || e instanceof CancelledException) {
                throw e;
            }
            progress.warn("Without quality: " + e.getMessage());
            return null;
        }
    }

    /** Ground truth: what the folder says, what is known of the scene, or what lies beside its photos. */
    Optional<RoomSample> sample(String name, Scene scene, String folder) {
        if (folder != null) {
            return Optional.of(GroundTruthFolder.read(Words.path(folder)));
        }
        RoomSample known = workspace.truth(name);
        if (known != null) {
            return Optional.of(known);
        }
        Path photo = scene.view(0).photo().file();
        Path beside = photo == null ? null : photo.toAbsolutePath().normalize().getParent();
        Path above = beside == null ? null : beside.getParent();
        return above == null || !GroundTruthFolder.isOne(above)
                ? Optional.empty()
                : Optional.of(GroundTruthFolder.read(above));
    }

    Scene exercise(String folder, int copies, long seed, Integer max, String as) {
        return jobs.run("exercise", progress -> {
            if (max != null && max < 1) {
                throw new PanSt3RException("--max must be 1 or more, not " + max + ".");
            }
            RoomSample all = GroundTruthFolder.read(Words.path(folder));
            RoomSample sample = max == null || max >= all.views().size()
                    ? all
                    : new RoomSample(
                            all.name(), all.description(), all.views().subList(0, max), all.classes(), all.instances());
            String strategy = Merge.names().get(0);
            Scene scene = MergingExercise.of(sample, copies, seed).merged(Merge.named(strategy), progress);
            String name = Words.nameOr(as, folder);
            workspace.scene(name, scene, strategy);
            workspace.truth(name, sample);
            progress.finish("Made " + scene.prediction().classLogits().queries() + " queries from the ground truth of "
                    + sample.name());
            return scene;
        });
    }

    Scene scene(String folder, String as) {
        return jobs.run("truth", progress -> {
            RoomSample sample = GroundTruthFolder.read(Words.path(folder));
            Scene scene = TrueScene.of(sample);
            scene.cameras();
            String name = Words.nameOr(as, folder);
            workspace.scene(name, scene, Merge.names().get(0));
            workspace.truth(name, sample);
            progress.finish(Text.count(scene.views(), "photo") + ", "
                    + Text.count(scene.panoptic().orElseThrow().segments().size(), "segment") + ": " + scene.model());
            return scene;
        });
    }
}
