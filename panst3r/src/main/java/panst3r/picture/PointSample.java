package panst3r.picture;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import panst3r.Progress;
import panst3r.scene.PointCloud;
import panst3r.scene.PointQuery;
import panst3r.scene.Scene;

/**
 * The points of one view that are drawn: all of them, or a part spread evenly over the photo. Arrays are not to be
 * written.
 *
 * @param view index
 * @param xyz [N, 3] the view's own pointmap moved by its camera
 * @param global [N, 3] the pointmap in world coordinates; null if it was not asked for. Not finite where the network's
 *     is not
 * @param rgb [N, 3]
 * @param confidence [N]
 * @param row [N] working pixel
 * @param column [N] working pixel
 * @param segment [N] id, 0 for void
 * @param footprint width of a point at distance 1 from the view's camera, so that a surface is closed
 * @param of how many points the view has
 */
public record PointSample(
        int view,
        float[] xyz,
        float[] global,
        byte[] rgb,
        float[] confidence,
        short[] row,
        short[] column,
        int[] segment,
        double footprint,
        int of) {

    public int size() {
        return confidence.length;
    }

    /** How many points have at least this confidence. */
    int count(double minConfidence) {
        int n = 0;
        for (float c : confidence) {
            if (c >= minConfidence) {
                n++;
            }
        }
        return n;
    }

    /**
     * About {@code limit} points of a scene, never more, each equally likely; in order of view, row and column.
     *
     * @param withGlobal whether the pointmap in world coordinates is wanted too
     */
    public static List<PointSample> of(Scene scene, int limit, boolean withGlobal, long seed, Progress progress) {
        long total = 0;
        for (int v = 0; v < scene.views(); v++) {
            total += (long) scene.view(v).width() * scene.view(v).height();
        }
        double share = Math.min(1, (double) limit / total);
        List<PointSample> out = new ArrayList<>();
        for (int v = 0; v < scene.views(); v++) {
            progress.step("points", v, scene.views());
            out.add(of(scene, v, share, withGlobal, seed + v));
        }
        return out;
    }

    private static PointSample of(Scene scene, int view, double share, boolean withGlobal, long seed) {
        PointCloud all = scene.points(PointQuery.all().views(view));
        int[] chosen = spread(all.size(), (int) (share * all.size()), seed);
        float[] global = withGlobal ? global(scene, view, all, chosen) : null;
        double focal = scene.cameras().get(view).focal();
        int n = chosen.length;
        float[] xyz = new float[3 * n];
        byte[] rgb = new byte[3 * n];
        float[] confidence = new float[n];
        short[] row = new short[n];
        short[] column = new short[n];
        int[] segment = new int[n];
        for (int i = 0; i < n; i++) {
            int p = chosen[i];
            System.arraycopy(all.xyz(), 3 * p, xyz, 3 * i, 3);
            System.arraycopy(all.rgb(), 3 * p, rgb, 3 * i, 3);
            confidence[i] = all.confidence()[p];
            row[i] = all.row()[p];
            column[i] = all.column()[p];
            segment[i] = all.segment()[p];
        }
        // Points lie 1/focal apart, a part of them 1/√share as far; √2 of that closes a square grid of discs.
        // A view without focal length gets a usual one.
        double f = focal > 0 ? focal : 1.1 * scene.view(view).width();
        double footprint =
                Math.sqrt(2) / f / Math.sqrt(Math.max(1e-6, (double) Math.max(1, n) / Math.max(1, all.size())));
        return new PointSample(view, xyz, global, rgb, confidence, row, column, segment, footprint, all.size());
    }

    private static float[] global(Scene scene, int view, PointCloud local, int[] chosen) {
        PointCloud all = scene.points(PointQuery.all().views(view).source(PointQuery.Source.GLOBAL));
        float[] out = new float[3 * chosen.length];
        int width = scene.view(view).width();
        int at = 0; // both clouds are in pixel order, but may lack different pixels
        for (int i = 0; i < chosen.length; i++) {
            int pixel = local.row()[chosen[i]] * width + local.column()[chosen[i]];
            while (at < all.size() && all.row()[at] * width + all.column()[at] < pixel) {
                at++;
            }
            if (at < all.size() && all.row()[at] * width + all.column()[at] == pixel) {
                System.arraycopy(all.xyz(), 3 * at, out, 3 * i, 3);
            } else {
                Arrays.fill(out, 3 * i, 3 * i + 3, Float.NaN);
            }
        }
        return out;
    }

    /** {@code k} of 0 … n−1, growing: one out of each of k equal parts, drawn at random. */
    static int[] spread(int n, int k, long seed) {
        int[] out = new int[Math.min(n, k)];
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < out.length; i++) {
            int from = (int) ((long) i * n / out.length);
            int to = (int) ((long) (i + 1) * n / out.length);
            out[i] = from + random.nextInt(to - from);
        }
        return out;
    }
}
