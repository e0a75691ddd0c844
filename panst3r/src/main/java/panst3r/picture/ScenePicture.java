package panst3r.picture;

import java.awt.image.BufferedImage;
import java.util.List;
import panst3r.Progress;
import panst3r.scene.Camera;
import panst3r.scene.Scene;

/**
 * The 3D view of a scene as a still picture: what the viewer shows at first, without its labels.
 *
 * @param samples the points to draw
 * @param viewpoint where from
 * @param by what colours say
 * @param blend 0 = the photo's colours, 1 = those of {@code by}
 * @param minConfidence points of less are left out
 * @param cameras whether the photos' cameras are drawn
 * @param backs whether surfaces are drawn that are seen from behind; without them a room can be seen from outside
 * @param seed of the colours
 */
public record ScenePicture(
        Scene scene,
        List<PointSample> samples,
        Viewpoint viewpoint,
        ColourBy by,
        double blend,
        double minConfidence,
        boolean cameras,
        boolean backs,
        long seed) {
    /** Share of the photo that segment colours cover unless the user says otherwise. */
    public static final double BLEND = 0.6;

    /** Size of the cameras' wire frames, in radii of the scene. */
    public static final double CAMERA_SIZE = 0.09;

    /** The first view of a scene, by segment if it has any. */
    public static ScenePicture of(Scene scene, List<PointSample> samples, long seed) {
        double confidence = displayConfidence(samples);
        Viewpoint viewpoint = Viewpoint.of(scene, samples, confidence);
        ColourBy by = scene.panoptic().isPresent() ? ColourBy.SEGMENT : ColourBy.PHOTO;
        return new ScenePicture(scene, samples, viewpoint, by, BLEND, confidence, true, false, seed);
    }

    /** {@link Scene#displayConfidence(float[])} of these points. */
    public static double displayConfidence(List<PointSample> samples) {
        float[] all = new float[samples.stream().mapToInt(PointSample::size).sum()];
        int at = 0;
        for (PointSample s : samples) {
            System.arraycopy(s.confidence(), 0, all, at, s.size());
            at += s.size();
        }
        return Scene.displayConfidence(all);
    }

    /** The same from another place. */
    public ScenePicture from(Viewpoint other) {
        return new ScenePicture(scene, samples, other, by, blend, minConfidence, cameras, backs, seed);
    }

    /** The same in other colours. */
    public ScenePicture by(ColourBy other) {
        return new ScenePicture(scene, samples, viewpoint, other, blend, minConfidence, cameras, backs, seed);
    }

    /** The same with or without what is seen from behind. */
    public ScenePicture backs(boolean drawn) {
        return new ScenePicture(scene, samples, viewpoint, by, blend, minConfidence, cameras, drawn, seed);
    }

    /** The same with another {@link #blend}. */
    public ScenePicture blend(double other) {
        return new ScenePicture(scene, samples, viewpoint, by, other, minConfidence, cameras, backs, seed);
    }

    /** @param background 0xAARRGGBB; 0 gives a transparent picture */
    public BufferedImage draw(int width, int height, int background, Progress progress) {
        return draw(width, height, background, Renderer.LINE, progress);
    }

    /** @param line width of the lines of cameras, in pixels */
    public BufferedImage draw(int width, int height, int background, double line, Progress progress) {
        Colouring colouring = new Colouring(scene, samples, by, blend, seed);
        Renderer renderer = new Renderer(width, height, viewpoint).backs(backs).lineWidth(line);
        for (PointSample sample : samples) {
            renderer.points(scene, sample, colouring, minConfidence, 1);
        }
        if (cameras) {
            double size = CAMERA_SIZE * Extent.of(samples, minConfidence).radius();
            for (Camera camera : scene.cameras()) {
                renderer.camera(camera, size, Palette.ofView(camera.index()));
            }
        }
        return renderer.draw(background, progress);
    }
}
