package panst3r.magics;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.checkpoint.ClassTable;
import panst3r.checkpoint.ShippedModel;
import panst3r.export.KnownCameras;
import panst3r.image.ImageSet;
import panst3r.image.View;
import panst3r.magics.display.CellProgress;
import panst3r.merge.Merge;
import panst3r.merge.Panoptic;
import panst3r.scene.Placement;
import panst3r.scene.Scene;

/** What is read: weights, photos, saved scenes, known cameras. Parameters as at {@link Session}. */
final class Opening {
    /** The model that comes with the package, and that a run takes if none was chosen. */
    private static final String MINI = "mini";

    private final Jobs jobs;
    private final Workspace workspace;

    Opening(Jobs jobs, Workspace workspace) {
        this.jobs = jobs;
        this.workspace = workspace;
    }

    Model model(String which, String classes, List<String> names) {
        return jobs.run("model", progress -> {
            Path file = which.equals(MINI) ? ShippedModel.file() : Words.path(which);
            if (!Files.isRegularFile(file)) {
                throw new PanSt3RException("There is no checkpoint at " + file.toAbsolutePath()
                        + (Files.isDirectory(file) ? "; that is a folder: name the file." : "; check the path."));
            }
            if (classes == null && names != null) {
                throw new PanSt3RException("--names are those of --classes FILE, which is not given.");
            }
            ClassTable table = classes == null ? null : ClassFiles.read(Words.path(classes), names);
            Model model = Model.open(file, table, progress);
            workspace.model(model);
            progress.finish("Loaded " + file.getFileName());
            return model;
        });
    }

    /** The model chosen; if none was and the small one is at hand, that one from now on. */
    Model modelOrMini(CellProgress progress) {
        if (!workspace.hasModel() && ShippedModel.present()) {
            Model mini = Model.open(ShippedModel.file(), null, progress);
            progress.note("No model was chosen, so the small one is used: " + mini + ".");
            workspace.model(mini);
        }
        return workspace.model();
    }

    ImageSet open(List<String> sources, String as, Integer max) {
        return Jobs.sentence(() -> {
            if (max != null && max < 1) {
                throw new PanSt3RException("--max must be 1 or more, not " + max + ".");
            }
            ImageSet set = ImageSet.open(sources, max == null ? Integer.MAX_VALUE : max);
            workspace.photos(Words.nameOr(as, sources.get(0)), set);
            return set;
        });
    }

    /**
     * The photos of a set as the network takes them.
     *
     * @param size their long side, or null for the model's
     */
    List<View> views(Model model, String photos, Integer size, Progress progress) {
        return workspace
                .photos(photos)
                .load(size == null ? model.network().config().encoder().imageSize() : size, progress);
    }

    Scene load(String path, String as) {
        return jobs.run("load", progress -> {
            Path file = Words.path(path);
            Scene scene = Scene.open(file);
            String strategy =
                    scene.panoptic().map(Panoptic::merge).orElse(Merge.names().get(0));
            String stem = file.getFileName().toString().replaceFirst("(?<=.)\\.[^.]*$", "");
            workspace.scene(as == null ? stem : Words.name(as), scene, strategy);
            return scene;
        });
    }

    Scene place(String name, String from, boolean replace, String unit) {
        return jobs.run("cameras", progress -> {
            String of = workspace.sceneName(name);
            Scene scene = workspace.scene(of);
            Placement placement = null;
            if (from != null) {
                KnownCameras known = KnownCameras.read(Words.path(from));
                placement = replace ? known.replacing(scene, unit, progress) : known.aligned(scene, unit, progress);
            }
            Scene placed = scene.placed(placement);
            placed.cameras(); // estimated here, where an interrupt is heard
            workspace.scene(of, placed, workspace.strategy(of));
            progress.finish(placement == null ? "The cameras that the network predicted" : placement.note());
            return placed;
        });
    }
}
