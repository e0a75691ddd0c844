package panst3r.magics.novel;

import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import panst3r.PanSt3RException;
import panst3r.magics.display.Html;
import panst3r.picture.Images;
import panst3r.picture.ViewImage;
import panst3r.splat.Fit;
import panst3r.splat.GaussianPly;
import panst3r.splat.Gaussians;
import panst3r.splat.SplatScene;

/** A scene's Gaussians as the value of a cell: how many, how like the photos, and the first photo beside them. */
public final class Splats {
    private final String name;
    private final SplatScene scene;
    private final Fit fit;
    private final String line;

    private Splats(String name, SplatScene scene, Fit fit, String line) {
        this.name = name;
        this.scene = scene;
        this.fit = fit;
        this.line = line;
    }

    /** What a fit has come to. */
    public static Splats of(String name, SplatScene scene, Fit fit) {
        String skipped = fit.skippedSteps() + fit.skippedGradients() == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        "; left out as no numbers: %,d steps and the derivatives of %,d Gaussians",
                        fit.skippedSteps(),
                        fit.skippedGradients());
        return new Splats(
                name,
                scene,
                fit,
                String.format(
                        Locale.ROOT,
                        "%,d Gaussians after %,d steps, PSNR of the photos %.1f dB%s",
                        scene.gaussians().size(),
                        fit.steps(),
                        fit.psnr(),
                        skipped));
    }

    /** What was read from a file. */
    public static Splats read(String name, SplatScene scene, Path file) {
        return new Splats(
                name,
                scene,
                null,
                String.format(
                        Locale.ROOT, "%,d Gaussians of %s", scene.gaussians().size(), file.getFileName()));
    }

    /** The scene with its Gaussians: pictures from any camera, labels. */
    public SplatScene scene() {
        return scene;
    }

    public Gaussians gaussians() {
        return scene.gaussians();
    }

    /** @throws PanSt3RException if a file of this name is neither Gaussians nor a fit */
    public static void checkEnding(String file) {
        if (!file.toLowerCase(Locale.ROOT).matches("(?s).*\\.(ply|safetensors)")) {
            throw new PanSt3RException(
                    "“" + file + "” ends in neither .ply, for Gaussians, nor .safetensors, for a fit to"
                            + " go on with; give it one of them.");
        }
    }

    /**
     * Writes the .ply that viewers of splats open; under a name that ends in .safetensors the fit itself, to go on with.
     *
     * @throws PanSt3RException if the ending is another, it cannot be written, or there is no fit
     */
    public Path save(Path file) {
        checkEnding(file.toString());
        if (!isFit(file)) {
            GaussianPly.write(scene.gaussians(), file);
        } else if (fit == null) {
            throw new PanSt3RException("These Gaussians came from a file, so there is no fit to keep as “"
                    + file.getFileName() + "”; write a .ply.");
        } else {
            fit.save(file);
        }
        return file;
    }

    /** Whether a file is a fit that can be gone on with, by its name; else Gaussians alone. */
    public static boolean isFit(Path file) {
        return file.getFileName() != null
                && file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".safetensors");
    }

    /** For a cell, by MIME type. */
    public Map<String, Object> bundle() {
        var picture = LivePicture.beside(
                ViewImage.photo(scene.scene().view(0)),
                scene.render(scene.cameras().get(0)).image());
        Map<String, Object> out = new LinkedHashMap<>();
        out.put(
                "text/html",
                Html.page("<div><span class=\"t\">" + Html.escape(name) + "</span>: " + Html.escape(line)
                        + "</div><div class=\"m\">the first photo, and the Gaussians from its place</div>"
                        + LivePicture.image(picture, line)));
        out.put("image/png", Base64.getEncoder().encodeToString(Images.png(picture)));
        out.put("text/plain", toString());
        return out;
    }

    @Override
    public String toString() {
        return name + ": " + line;
    }
}
