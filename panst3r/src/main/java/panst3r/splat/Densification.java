package panst3r.splat;

import java.util.Arrays;

/**
 * Clones small Gaussians and splits large ones where the picture pulls at them, and removes those that show little
 * (Kerbl et al. 2023, section 5; novel-views.md, "Fitting").
 */
final class Densification {
    static final int KEPT = 0;
    static final int CLONE = 1;
    static final int CHILD = 2;

    private static final double SMALL = 0.01; // of the extent
    private static final double LARGE = 0.1;
    private static final double LEAST_OPACITY = 0.005;
    private static final double RESET_OPACITY = 0.01;
    private static final int LARGE_FROM = 3000;
    private static final double SHRINK = 1.6;

    /** Unit normals for the children of the splits, in order of index. */
    interface Noise {
        /** @param child 0 or 1 */
        double at(int child, int split, int axis);
    }

    /**
     * @param gaussians after the step
     * @param origin [M] index before
     * @param kind [M] {@link #KEPT}, {@link #CLONE} or {@link #CHILD}
     */
    record Result(Gaussians gaussians, int[] origin, int[] kind, int cloned, int split, int pruned) {
        /** Moments of Adam: kept, and 0 for what is new. */
        Gaussians moments(Gaussians before) {
            Gaussians out = before.select(origin);
            for (int i = 0; i < kind.length; i++) {
                if (kind[i] != KEPT) {
                    int k = 3 * Gaussians.coefficients(out.degree());
                    Arrays.fill(out.means(), 3 * i, 3 * i + 3, 0);
                    Arrays.fill(out.logScales(), 3 * i, 3 * i + 3, 0);
                    Arrays.fill(out.quaternions(), 4 * i, 4 * i + 4, 0);
                    Arrays.fill(out.sh(), k * i, k * i + k, 0);
                    out.opacityLogits()[i] = 0;
                }
            }
            return out;
        }
    }

    private Densification() {}

    /**
     * @param sum [N] lengths of the centres' derivatives added up
     * @param seen [N] how many were added
     * @param most no Gaussians are added beyond this number
     */
    static Result apply(
            Gaussians g, float[] sum, float[] seen, int step, double extent, double threshold, int most, Noise noise) {
        int n = g.size();
        boolean[] split = new boolean[n];
        int[] clones = new int[n];
        int[] splits = new int[n];
        int cloned = 0;
        int halved = 0;
        for (int i = 0; i < n; i++) {
            double mean = seen[i] == 0 ? 0 : sum[i] / seen[i];
            if (mean >= threshold && n + cloned + halved < most) {
                split[i] = largest(g, i) > SMALL * extent;
                if (split[i]) {
                    splits[halved++] = i;
                } else {
                    clones[cloned++] = i;
                }
            }
        }
        int[] origin = new int[n + cloned + halved];
        int[] kind = new int[origin.length];
        int at = 0;
        for (int i = 0; i < n; i++) {
            if (!split[i]) {
                origin[at++] = i;
            }
        }
        for (int c = 0; c < cloned; c++) {
            kind[at] = CLONE;
            origin[at++] = clones[c];
        }
        int children = at;
        for (int child = 0; child < 2; child++) {
            for (int s = 0; s < halved; s++) {
                kind[at] = CHILD;
                origin[at++] = splits[s];
            }
        }
        Gaussians out = g.select(origin);
        // a camera is not needed for the axes alone
        Footprint axes = new Footprint(AXES);
        double[] offset = new double[3];
        for (int child = 0; child < 2; child++) {
            for (int s = 0; s < halved; s++) {
                int i = children + child * halved + s;
                axes.axes(g, splits[s]);
                axes.outwards(noise.at(child, s, 0), noise.at(child, s, 1), noise.at(child, s, 2), offset);
                for (int k = 0; k < 3; k++) {
                    out.means()[3 * i + k] += (float) offset[k];
                    out.logScales()[3 * i + k] -= (float) Math.log(SHRINK);
                }
            }
        }
        int[] kept = new int[origin.length];
        int size = 0;
        for (int i = 0; i < origin.length; i++) {
            boolean faint = out.opacity(i) < LEAST_OPACITY;
            boolean large = step > LARGE_FROM && largest(out, i) > LARGE * extent;
            if (!faint && !large) {
                kept[size++] = i;
            }
        }
        int[] chosen = Arrays.copyOf(kept, size);
        return new Result(
                out.select(chosen),
                Arrays.stream(chosen).map(i -> origin[i]).toArray(),
                Arrays.stream(chosen).map(i -> kind[i]).toArray(),
                cloned,
                halved,
                origin.length - size);
    }

    /** Lets no Gaussian be more opaque than 0.01, so that those that are needed have to show it. */
    static void reset(Gaussians g, Gaussians first, Gaussians second) {
        float most = (float) Gaussians.logit(RESET_OPACITY);
        for (int i = 0; i < g.size(); i++) {
            g.opacityLogits()[i] = Math.min(g.opacityLogits()[i], most);
        }
        Arrays.fill(first.opacityLogits(), 0);
        Arrays.fill(second.opacityLogits(), 0);
    }

    private static double largest(Gaussians g, int i) {
        float most = Math.max(g.logScales()[3 * i], Math.max(g.logScales()[3 * i + 1], g.logScales()[3 * i + 2]));
        return Math.exp(most);
    }

    private static final Pinhole AXES =
            new Pinhole(1, 1, 1, 1, 0.5, 0.5, new double[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, new double[3]);
}
