package panst3r.magics;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import panst3r.PanSt3RException;
import panst3r.scene.Scene;

/** What is written. Parameters as at {@link Session}. */
final class Saving {
    private final Jobs jobs;
    private final Workspace workspace;
    private final Showing showing;

    Saving(Jobs jobs, Workspace workspace, Showing showing) {
        this.jobs = jobs;
        this.workspace = workspace;
        this.showing = showing;
    }

    Path save(String path, String scene, boolean overwrite) {
        return jobs.run("save", progress -> {
            Path file = Words.path(path);
            if (Files.exists(file) && !overwrite) {
                throw new PanSt3RException(file + " is there already; say --overwrite to replace it.");
            }
            workspace.scene(scene).save(file, progress);
            progress.finish("Saved " + file.toAbsolutePath().normalize());
            return file;
        });
    }

    Path export(String path, String name, String format, ExportChoice choice) {
        return jobs.run("export", progress -> {
            Path place = Words.path(path);
            Export export = Export.of(format, place);
            String of = workspace.sceneName(name);
            Scene scene = workspace.scene(of);
            export.write(scene, of, place, choice, o -> showing.withSplats(scene, o), progress);
            progress.finish("Exported " + place.toAbsolutePath().normalize());
            return place;
        });
    }

    Path written(String file, Function<Path, Path> writer) {
        return Jobs.sentence(() -> writer.apply(Words.path(file)));
    }
}
