package panst3r.picture;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
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
 * @param facing [N] which way the surface faces, as {@link Facing} codes it
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
        short[] facing,
        double footprint,
        int of) {

    public int size() {
        return confidence.length;
    }

    /** The same points, some of them without confidence, so that they are nowhere shown. */
    public PointSample hiding(IntPredicate hidden) {
        float[] changed = confidence.clone();
        for (int i = 0; i < changed.length; i++) {
            changed[i] = hidden.test(i) ? 0 : changed[i];
        }
        return new PointSample(view, xyz, global, rgb, changed, row, column, segment, facing, footprint, of);
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

    /** About {@code limit} points of a scene, never more, each equally likely; in order of view, row and column. */
    public static List<PointSample> of(Scene scene, int limit, long seed, Progress progress) {
        double share = share(scene, limit);
        List<PointSample> out = new ArrayList<>();
        for (int v = 0; v < scene.views(); v++) {
            progress.step("points", v, scene.views());
            out.add(of(scene, v, scene.points(PointQuery.all().views(v)), null, share, seed));
        }
        return out;
    }

    /** The share of all pixels that makes so many points, at most 1. */
    public static double share(Scene scene, int limit) {
        long total = 0;
        for (int v = 0; v < scene.views(); v++) {
            total += (long) scene.view(v).width() * scene.view(v).height();
        }
        return Math.min(1, (double) limit / total);
    }

    /**
     * A share of the points of one view.
     *
     * @param all points of the view
     * @param global all of its points in the pointmap in world coordinates; null if they are not wanted
     */
    public static PointSample of(Scene scene, int view, PointCloud all, PointCloud global, double share, long seed) {
        int[] chosen = spread(all.size(), (int) (share * all.size()), seed + view);
        int width = scene.view(view).width();
        double told = scene.cameras().get(view).focal();
        double focal = told > 0 ? told : 1.1 * width; // a usual one for a view without
        double footprint = Math.sqrt(2) / focal; // points lie 1/focal apart, which √2 closes to a surface
        float[] apart = global == null ? null : matched(global, all, width);
        double[] eye = scene.cameras().get(view).position();
        return new PointSample(
                        view,
                        all.xyz(),
                        apart,
                        all.rgb(),
                        all.confidence(),
                        all.row(),
                        all.column(),
                        all.segment(),
                        Facing.of(all, width, scene.view(view).height(), focal, eye),
                        footprint,
                        all.size())
                .only(chosen);
    }

    /** An evenly spread part of these points; their discs grow so that surfaces stay closed. */
    public PointSample thinned(double share, long seed) {
        return share >= 1 ? this : only(spread(size(), (int) (share * size()), seed + view));
    }

    private PointSample only(int[] chosen) {
        int n = chosen.length;
        float[] newXyz = new float[3 * n];
        float[] newGlobal = global == null ? null : new float[3 * n];
        byte[] newRgb = new byte[3 * n];
        float[] newConfidence = new float[n];
        short[] newRow = new short[n];
        short[] newColumn = new short[n];
        int[] newSegment = new int[n];
        short[] newFacing = new short[n];
        for (int i = 0; i < n; i++) {
            int p = chosen[i];
            System.arraycopy(xyz, 3 * p, newXyz, 3 * i, 3);
            System.arraycopy(rgb, 3 * p, newRgb, 3 * i, 3);
            if (global != null) {
                System.arraycopy(global, 3 * p, newGlobal, 3 * i, 3);
            }
            newConfidence[i] = confidence[p];
            newRow[i] = row[p];
            newColumn[i] = column[p];
            newSegment[i] = segment[p];
            newFacing[i] = facing[p];
        }
        double wider = footprint * Math.sqrt((double) Math.max(1, size()) / Math.max(1, n));
        return new PointSample(
                view, newXyz, newGlobal, newRgb, newConfidence, newRow, newColumn, newSegment, newFacing, wider, of);
    }

    /** Positions of {@code other} for the pixels of {@code wanted}; both are in pixel order but may lack different ones. */
    private static float[] matched(PointCloud other, PointCloud wanted, int width) {
        float[] out = new float[3 * wanted.size()];
        int at = 0;
        for (int i = 0; i < wanted.size(); i++) {
            int pixel = wanted.row()[i] * width + wanted.column()[i];
            while (at < other.size() && other.row()[at] * width + other.column()[at] < pixel) {
                at++;
            }
            if (at < other.size() && other.row()[at] * width + other.column()[at] == pixel) {
                System.arraycopy(other.xyz(), 3 * at, out, 3 * i, 3);
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
