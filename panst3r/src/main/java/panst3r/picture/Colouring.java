package panst3r.picture;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import panst3r.merge.Panoptic;
import panst3r.merge.Segment;
import panst3r.scene.Camera;
import panst3r.scene.Scene;

/** Colours of the points and pixels of one scene. The viewer in the browser follows the same rules. */
public final class Colouring {
    private final Scene scene;
    private final ColourBy by;
    private final double blend;
    private final Map<Integer, Integer> ofSegment = new HashMap<>();
    private final double mostConfidence;
    private final double deepest;

    /**
     * @param samples of the scene, which the ends of the scales for confidence and depth are taken from
     * @param blend 0 = the photo's colours, 1 = those of {@code by}
     */
    public Colouring(Scene scene, List<PointSample> samples, ColourBy by, double blend, long seed) {
        this.scene = scene;
        this.by = by;
        this.blend = by == ColourBy.PHOTO ? 0 : blend;
        Palette segments = Palette.ofSegments(scene, seed);
        Palette classes = Palette.ofClasses(scene, seed);
        for (Segment s : scene.panoptic().map(Panoptic::segments).orElse(List.of())) {
            ofSegment.put(s.id(), by == ColourBy.CLASS ? classes.colour(s.label()) : segments.colour(s.query()));
        }
        this.mostConfidence = mostConfidence(samples);
        this.deepest = deepest(scene, samples);
    }

    /** 0xRRGGBB of point {@code i}. */
    public int of(PointSample sample, int i) {
        byte[] c = sample.rgb();
        int photo = (c[3 * i] & 255) << 16 | (c[3 * i + 1] & 255) << 8 | c[3 * i + 2] & 255;
        if (blend == 0) {
            return photo;
        }
        int other = switch (by) {
            case CONFIDENCE -> ofConfidence(sample.confidence()[i]);
            case DEPTH -> ofDepth(depth(scene.cameras().get(sample.view()), sample, i));
            case VIEW -> Palette.ofView(sample.view());
            default -> ofSegment(sample.segment()[i]);
        };
        return Palette.mix(photo, other, blend);
    }

    /** Unblended, {@link Palette#VOID} for 0. */
    public int ofSegment(int id) {
        return ofSegment.getOrDefault(id, Palette.VOID);
    }

    /** On a logarithmic scale from 1 to the scene's largest. */
    public int ofConfidence(double confidence) {
        return Palette.ramp(Math.log(confidence) / Math.log(mostConfidence));
    }

    /** Near is bright. */
    public int ofDepth(double depth) {
        return Palette.ramp(1 - depth / deepest);
    }

    /** The largest confidence, at least 2; a value that one point in a thousand exceeds. */
    public static double mostConfidence(List<PointSample> samples) {
        return Math.max(2, quantile(samples, 0.999, (s, i) -> s.confidence()[i]));
    }

    /** A depth that two points in a hundred exceed. */
    public static double deepest(Scene scene, List<PointSample> samples) {
        double deepest = quantile(samples, 0.98, (s, i) -> depth(scene.cameras().get(s.view()), s, i));
        return deepest > 0 ? deepest : 1;
    }

    /** z in the frame of the view's camera. */
    public static double depth(Camera camera, PointSample sample, int i) {
        double[] m = camera.cameraToWorld();
        float[] p = sample.xyz();
        return m[2] * (p[3 * i] - m[3]) + m[6] * (p[3 * i + 1] - m[7]) + m[10] * (p[3 * i + 2] - m[11]);
    }

    private interface Value {
        double at(PointSample sample, int i);
    }

    /** Of at most 100,000 points, which is enough for the end of a scale. */
    private static double quantile(List<PointSample> samples, double share, Value value) {
        int step = 1 + samples.stream().mapToInt(PointSample::size).sum() / 100_000;
        double[] all = samples.stream()
                .flatMapToDouble(
                        s -> IntStream.range(0, (s.size() + step - 1) / step).mapToDouble(i -> value.at(s, i * step)))
                .filter(Double::isFinite)
                .sorted()
                .toArray();
        return all.length == 0 ? 0 : all[(int) (share * (all.length - 1))];
    }
}
