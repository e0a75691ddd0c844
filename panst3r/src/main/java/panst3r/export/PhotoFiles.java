package panst3r.export;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import panst3r.CancelledException;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.image.ImageSet;
import panst3r.picture.Images;
import panst3r.picture.ViewImage;
import panst3r.scene.Scene;

/** The photos of an export, in the folder {@code images}: as the network saw them (PNG), or upright in full (JPEG). */
final class PhotoFiles {
    private static final float QUALITY = 0.95f;

    private PhotoFiles() {}

    /**
     * Writes them all. An original that is gone by now is left out with a warning; its name is given all the same.
     *
     * @return one a view: names in {@code images}
     */
    static List<String> write(Scene scene, boolean original, ExportTarget target, Progress progress)
            throws IOException {
        List<String> names = new ArrayList<>();
        for (String stem : FileNames.ofViews(scene)) {
            int v = names.size();
            progress.step("photos", v, scene.views());
            names.add(stem + (original ? ".jpg" : ".png"));
            byte[] image;
            try {
                image = original
                        ? Images.jpeg(ImageSet.upright(scene.view(v).photo()), QUALITY)
                        : Images.png(ViewImage.photo(scene.view(v)));
            } catch (CancelledException e) {
                throw e;
            } catch (PanSt3RException e) {
                progress.warn("images/" + names.get(v) + " was left out: " + e.getMessage());
                continue;
            }
            try (OutputStream out = target.create("images/" + names.get(v))) {
                out.write(image);
            }
        }
        return names;
    }
}
