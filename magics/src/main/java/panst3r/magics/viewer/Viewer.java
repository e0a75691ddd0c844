package panst3r.magics.viewer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import panst3r.Progress;
import panst3r.magics.display.Html;
import panst3r.picture.Images;
import panst3r.picture.PointSample;
import panst3r.picture.ScenePicture;
import panst3r.picture.Viewpoint;
import panst3r.scene.Scene;
import panst3r.scene.SceneSegment;

/**
 * A scene in 3D for a notebook or a file: one HTML document with everything in it, and a still picture of the same view
 * for where no script may run. Nothing in it asks for anything from anywhere; its policy lets only its own script run.
 */
public final class Viewer {
    private static final String SCRIPT = script();

    /** What {@link Html#escape} and base64 add to the script and the data, and room for the page around. */
    private static final int PAGE = 4_000;

    /** At most this share of the room for the scene is for Gaussians, the rest for points and photos. */
    private static final double SPLATS = 0.7;

    /** About what the picture takes in base64. */
    private static final int PICTURE = 300_000;

    /** Height in a notebook; light themes divide it by 8, see {@link #STYLE}. */
    private static final int HEIGHT = 560;

    private static final int PICTURE_WIDTH = 880;

    /**
     * A sandboxed frame cannot ask for the theme of the page, but knows its own height: four pixels more mean dark.
     */
    private static final String STYLE = "<style>.panst3r-viewer{position:relative;height:" + (HEIGHT + 8) + "px}"
            + ".panst3r-viewer>img{display:block;width:100%;height:" + HEIGHT + "px;object-fit:contain;margin:0}"
            + ".panst3r-viewer>iframe{position:absolute;left:0;top:0;width:100%;height:" + HEIGHT + "px;border:0}"
            + "body[data-jp-theme-light=\"false\"] .panst3r-viewer>iframe,body.vscode-dark .panst3r-viewer>iframe"
            + "{height:" + (HEIGHT + 4) + "px}</style>";

    private final SceneData data;
    private final SplatData splats; // null for none
    private final ViewerOptions options;
    private final String summary;
    private final byte[] png;

    private Viewer(SceneData data, SplatData splats, ViewerOptions options, String summary, byte[] png) {
        this.data = data;
        this.splats = splats;
        this.options = options;
        this.summary = summary;
        this.png = png;
    }

    /** @throws panst3r.CancelledException if the calling thread is interrupted */
    public static Viewer of(Scene scene, ViewerOptions options, Progress progress) {
        // The picture is there twice, inside the HTML and beside it.
        long around = escape(SCRIPT).length() + 2 * PICTURE + PAGE;
        SplatData splats = splats(options, Math.max(0, options.maxBytes() - around), progress);
        if (splats != null) {
            around += splats.length();
        }
        long free = Math.max(0, options.maxBytes() - around);
        int photos = photoSize(scene.views(), free);
        int maps = Math.min(photos, mapSize(scene.views(), free));
        // More than will fit, since a point takes ten bytes or more; thinned below.
        long most = Math.max(1000, (options.maxBytes() - around) / 10);
        int points = (int) Math.min(options.maxPoints(), most);
        List<ViewData> parts = ViewData.of(scene, points, options, photos, maps, progress);
        List<PointSample> samples = parts.stream().map(ViewData::sample).toList();
        double threshold = ScenePicture.displayConfidence(samples);
        List<SceneSegment> segments = scene.segments(threshold);
        byte[] png = picture(scene, samples, options, progress);
        long room = options.maxBytes()
                - escape(SCRIPT).length()
                - 2 * base64Length(png.length)
                - PAGE
                - (splats == null ? 0 : splats.length());
        SceneData data = new SceneData(scene, parts, segments, threshold, options);
        for (int attempt = 0; attempt < 6; attempt++) {
            long size = data.columns().length() + escape(data.head()).length();
            if (size <= room) {
                break;
            }
            progress.step("fit", attempt, 6);
            double perPoint = (double) data.columns().length() / Math.max(1, data.shown());
            double share = 1 - (size - 0.985 * room) / perPoint / data.shown();
            long seed = options.seed();
            parts = parts.stream()
                    .map(p -> p.thinned(Math.max(0.05, share), seed))
                    .toList();
            data = new SceneData(scene, parts, segments, threshold, options);
        }
        return new Viewer(data, splats, options, summary(scene, data, splats, samples), png);
    }

    private static SplatData splats(ViewerOptions options, long room, Progress progress) {
        return options.splats() == null
                ? null
                : SplatData.of(
                        options.splats(), (long) (SPLATS * room), options.splatsFirst(), options.seed(), progress);
    }

    /** The complete document: opens from disk as it is. */
    public String document() {
        return "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">"
                + "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'sha256-"
                + sha256(SCRIPT) + "'; img-src data: blob:; base-uri 'none'; form-action 'none'\">"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                + "<title>" + Html.escape(SceneData.clean(options.title())) + "</title></head><body>"
                + "<div id=\"viewer\"></div>"
                + "<script type=\"application/json\" id=\"panst3r-scene\">" + data.head() + "</script>"
                + "<script type=\"text/plain\" id=\"panst3r-data\">" + data.columns() + "</script>"
                + (splats == null
                        ? ""
                        : "<script type=\"application/json\" id=\"panst3r-splats-head\">" + splats.head() + "</script>"
                                + "<script type=\"text/plain\" id=\"panst3r-splats\">" + splats.columns() + "</script>")
                + "<script>" + SCRIPT + "</script></body></html>";
    }

    /** For a cell: the document in a sandboxed frame over the picture. */
    public String html() {
        return html(null);
    }

    /** @param mark by which a running kernel knows the frame ({@link panst3r.magics.live.Page}); null for none */
    public String html(String mark) {
        // allow-downloads: to save a picture. No allow-same-origin: the page stays out of reach.
        return STYLE + "<div class=\"panst3r-viewer\"><img width=\"" + PICTURE_WIDTH + "\" alt=\""
                + Html.escape(summary) + "\" src=\"data:image/png;base64," + base64(png) + "\">"
                + "<iframe" + (mark == null ? "" : " data-panst3r=\"" + mark + "\"") + " title=\""
                + Html.escape("3D view: " + SceneData.clean(options.title()))
                + "\" sandbox=\"allow-scripts allow-downloads\" srcdoc=\"" + escape(document()) + "\"></iframe></div>";
    }

    /** For a cell, by MIME type. */
    public Map<String, Object> bundle() {
        Map<String, Object> bundle = new LinkedHashMap<>();
        bundle.put("text/html", html());
        bundle.put("image/png", base64(png));
        bundle.put("text/plain", summary);
        return bundle;
    }

    /**
     * What the page must be told to show the same points segmented anew; the viewer must be made with {@link
     * ViewerOptions#withLive}.
     *
     * @param merged the same scene, its segments' ids below those announced
     * @param disagreement per view [H·W] 0…1
     */
    public Repaint repaint(Scene merged, List<float[]> disagreement) {
        return data.repaint(merged, disagreement);
    }

    /** Where it is looked at from at first. */
    public Viewpoint start() {
        return data.viewpoint();
    }

    /** The still picture that is shown where no script runs. */
    public byte[] png() {
        return png.clone();
    }

    /** One line: what is shown. */
    public String summary() {
        return summary;
    }

    private static byte[] picture(Scene scene, List<PointSample> samples, ViewerOptions options, Progress progress) {
        ScenePicture picture = ScenePicture.of(scene, samples, options.seed());
        if (options.viewpoint() != null) {
            picture = picture.from(options.viewpoint());
        }
        if (options.colourBy() != null) {
            picture = picture.by(options.colourBy());
        }
        return Images.png(Images.coarser(picture.draw(PICTURE_WIDTH, HEIGHT, 0, progress)));
    }

    /** About a sixth of the room for all photos; JPEG takes about 0.25 bytes a pixel at 3:4. */
    private static int photoSize(int views, long room) {
        double bytes = room / 6.0 / views * 3 / 4;
        return (int) Math.max(48, Math.min(384, Math.sqrt(bytes / 0.25 * 4 / 3)));
    }

    /** About a quarter of the room for all maps, at 3:4; noisy ones take 4 bytes a pixel in base64. */
    private static int mapSize(int views, long room) {
        double bytes = room / 4.0 / views;
        return (int) Math.max(24, Math.min(160, Math.sqrt(bytes / 4 * 4 / 3)));
    }

    private static long total(List<PointSample> samples) {
        return samples.stream().mapToLong(PointSample::of).sum();
    }

    private static String summary(Scene scene, SceneData data, SplatData splats, List<PointSample> samples) {
        long total = total(samples);
        String points = data.shown() == total
                ? String.format(Locale.ROOT, "%,d points", total)
                : String.format(Locale.ROOT, "%,d of %,d points", data.shown(), total);
        int segments = scene.panoptic().map(p -> p.segments().size()).orElse(-1);
        String gaussians = splats == null ? "" : ", " + splats.line();
        return "3D view: " + points + gaussians + ", " + count(scene.views(), "photo") + ", "
                + (segments < 0 ? "not segmented" : count(segments, "segment"));
    }

    private static String count(int n, String thing) {
        return n + " " + thing + (n == 1 ? "" : "s");
    }

    /** For an attribute in double quotes; leaves the document otherwise as it is. */
    static String escape(String document) {
        return document.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static long base64Length(int bytes) {
        return (bytes + 2L) / 3 * 4;
    }

    private static String script() {
        try (InputStream in = Viewer.class.getResourceAsStream("viewer.min.js")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(String text) {
        try {
            return base64(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e); // every JDK has it
        }
    }
}
