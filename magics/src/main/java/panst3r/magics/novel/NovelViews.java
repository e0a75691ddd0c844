package panst3r.magics.novel;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.WholeFile;
import panst3r.magics.display.Html;
import panst3r.magics.display.Text;
import panst3r.picture.Animation;
import panst3r.picture.ColourBy;
import panst3r.picture.Colouring;
import panst3r.picture.Images;
import panst3r.picture.PointSample;
import panst3r.picture.ScenePicture;
import panst3r.splat.NovelFrame;
import panst3r.splat.Pinhole;
import panst3r.splat.SplatScene;

/** Pictures of a scene from cameras that no photo was taken with: a strip of some, and all of them moving. */
public final class NovelViews {
    /** As much as a notebook can bear. */
    private static final int MOST_BYTES = 5_000_000;

    private static final int STRIP = 6;
    private static final int STRIP_WIDTH = 1100;
    private static final int MILLISECONDS = 125;
    private static final int SAMPLE = 20_000;

    private final String name;
    private final List<NovelFrame> frames;
    private final List<BufferedImage> images;

    private NovelViews(String name, List<NovelFrame> frames, List<BufferedImage> images) {
        this.name = name;
        this.frames = frames;
        this.images = images;
    }

    /**
     * @param name shown above
     * @param cameras at least one
     * @throws PanSt3RException if the pictures would not fit into the memory
     */
    public static NovelViews of(String name, SplatScene scene, List<Pinhole> cameras, Progress progress) {
        return of(name, scene, cameras, true, progress);
    }

    /** @param backs whether surfaces are shown that are seen from behind, see {@link SplatScene#openFrame} */
    public static NovelViews of(
            String name, SplatScene scene, List<Pinhole> cameras, boolean backs, Progress progress) {
        scene.checkMemory(cameras);
        List<PointSample> samples = PointSample.of(scene.scene(), SAMPLE, 0, progress);
        Colouring colouring = new Colouring(scene.scene(), samples, ColourBy.SEGMENT, ScenePicture.BLEND, 0);
        List<NovelFrame> frames = new ArrayList<>();
        List<BufferedImage> images = new ArrayList<>();
        scene.labels(progress);
        for (Pinhole camera : cameras) {
            progress.step("frames", frames.size(), cameras.size());
            NovelFrame frame = backs ? scene.frame(camera, progress) : scene.openFrame(camera, progress);
            frames.add(frame);
        }
        progress.step("frames", cameras.size(), cameras.size());
        NovelFrame.Depths depths = NovelFrame.Depths.of(frames); // the same for all, that nothing flickers
        for (NovelFrame frame : frames) {
            progress.step("pictures", images.size(), frames.size());
            images.add(frame.sideBySide(colouring, ScenePicture.BLEND, depths));
        }
        progress.step("pictures", frames.size(), frames.size());
        return new NovelViews(name, List.copyOf(frames), List.copyOf(images));
    }

    /** Colours, labels and depth of each camera. */
    public List<NovelFrame> frames() {
        return frames;
    }

    /** Colours, labels if there are any, and depth of a frame in one picture. */
    public BufferedImage image(int frame) {
        return images.get(frame);
    }

    /** How many frames are from behind all surfaces that the photos show there. */
    public long inside() {
        return frames.stream().filter(NovelFrame::inside).count();
    }

    /** How much of the pictures the Gaussians cover, on average. */
    public double covered() {
        return frames.stream()
                .mapToDouble(f -> {
                    double sum = 0;
                    for (float a : f.colours().alpha()) {
                        sum += a;
                    }
                    return sum / f.colours().alpha().length;
                })
                .average()
                .orElse(0);
    }

    /** @throws PanSt3RException if no animation is written to a file of this name */
    public static void checkEnding(String file) {
        if (!file.toLowerCase(Locale.ROOT).matches("(?s).*\\.(gif|a?png)")) {
            throw new PanSt3RException(
                    "“" + file + "” ends in neither .gif nor .png; those are the animations that can be written.");
        }
    }

    /**
     * Writes all frames, by the name's ending as an animated GIF or PNG; a single one as PNG.
     *
     * @throws PanSt3RException if the ending is another, or the file cannot be written
     */
    public Path save(Path file) {
        checkEnding(file.toString());
        boolean gif = file.toString().toLowerCase(Locale.ROOT).endsWith(".gif");
        byte[] bytes = gif ? Animation.gif(images, MILLISECONDS) : png(images);
        try {
            WholeFile.write(file, bytes);
        } catch (IOException e) {
            throw new PanSt3RException(file + " could not be written: " + e.getMessage() + ".", e);
        }
        return file;
    }

    private static byte[] png(List<BufferedImage> images) {
        return images.size() == 1 ? Images.png(images.get(0)) : Animation.png(images, MILLISECONDS);
    }

    /** What stands side by side in a frame. */
    public String panels() {
        return frames.get(0).labels().isPresent() ? "colours, labels, depth" : "colours, depth";
    }

    /** For a cell, by MIME type. */
    public Map<String, Object> bundle() {
        StringBuilder html = new StringBuilder("<div><span class=\"t\">")
                .append(Html.escape(name))
                .append("</span>: ")
                .append(Html.escape(line()))
                .append("</div><div class=\"m\">")
                .append(panels())
                .append("</div><img style=\"max-width:100%\" alt=\"")
                .append(Html.escape(line()))
                .append("\" src=\"data:image/png;base64,")
                .append(Base64.getEncoder().encodeToString(shown()))
                .append("\">");
        if (images.size() > 1) {
            html.append("<div>").append(LivePicture.image(strip(), "frames")).append("</div>");
        }
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("text/html", Html.page(html.toString()));
        out.put("image/png", Base64.getEncoder().encodeToString(Images.png(strip())));
        out.put("text/plain", toString());
        return out;
    }

    /** All frames, smaller if they were too many bytes. */
    private byte[] shown() {
        List<BufferedImage> all = images;
        byte[] bytes = png(all);
        while (bytes.length > MOST_BYTES && all.get(0).getWidth() > 100) {
            int longest = (int) (0.9
                    * Math.sqrt((double) MOST_BYTES / bytes.length)
                    * Math.max(all.get(0).getWidth(), all.get(0).getHeight()));
            all = images.stream().map(image -> Images.shrink(image, longest)).toList();
            bytes = png(all);
        }
        return bytes;
    }

    /** Some frames in a row, colours only. */
    private BufferedImage strip() {
        int count = Math.min(STRIP, frames.size());
        int width = Math.min(frames.get(0).colours().width(), STRIP_WIDTH / count);
        int height = Math.max(
                1,
                frames.get(0).colours().height()
                        * width
                        / frames.get(0).colours().width());
        BufferedImage out = new BufferedImage(count * width + (count - 1) * 2, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D ink = out.createGraphics();
        for (int k = 0; k < count; k++) {
            int frame = count == 1 ? 0 : Math.round((frames.size() - 1) * k / (count - 1f));
            BufferedImage image = Images.shrink(frames.get(frame).colours().image(), Math.max(width, height));
            ink.drawImage(image, k * (width + 2), 0, width, height, null);
        }
        ink.dispose();
        return out;
    }

    private String line() {
        return String.format(
                Locale.ROOT,
                "%s of %d×%d, %.0f %% covered",
                Text.count(frames.size(), "new view"),
                frames.get(0).colours().width(),
                frames.get(0).colours().height(),
                100 * covered());
    }

    @Override
    public String toString() {
        return name + ": " + line();
    }
}
