package panst3r.splat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import panst3r.Progress;
import panst3r.picture.Facing;
import panst3r.picture.PointSample;
import panst3r.scene.Scene;

/**
 * Which way the surfaces face that Gaussians lie on, so that they can be left out where they are seen from behind, as points
 * are: from outside, a room is a doll's house. A Gaussian faces as the pointmap does at its pixel of the nearest photo that
 * shows it; to the nearest camera if none does.
 */
final class Sides {
    /** A photo shows a Gaussian if its point there is this near in depth. */
    private static final double SAME = 0.05;

    private Sides() {}

    /** @return [N] codes of {@link Facing} */
    static short[] of(Gaussians gaussians, Scene scene, List<Pinhole> cameras, Progress progress) {
        int n = gaussians.size();
        double[] nearest = new double[n];
        Arrays.fill(nearest, Double.POSITIVE_INFINITY);
        short[] out = new short[n];
        IntStream.range(0, n).parallel().forEach(i -> out[i] = towards(gaussians.means(), i, cameras));
        List<PointSample> samples = PointSample.of(scene, Integer.MAX_VALUE, 0, progress);
        for (int v = 0; v < cameras.size(); v++) {
            progress.step("sides", v, cameras.size());
            Pinhole camera = cameras.get(v);
            PointSample sample = samples.get(v);
            int[] at = new int[camera.width() * camera.height()];
            Arrays.fill(at, -1);
            for (int p = 0; p < sample.size(); p++) {
                at[sample.row()[p] * camera.width() + sample.column()[p]] = p;
            }
            IntStream.range(0, n).parallel().forEach(i -> {
                double[] c = camera.inCamera(gaussians.means(), 3 * i);
                int point = point(camera, c, at);
                if (point >= 0
                        && c[2] < nearest[i]
                        && Math.abs(camera.inCamera(sample.xyz(), 3 * point)[2] - c[2]) < SAME * c[2]) {
                    nearest[i] = c[2];
                    out[i] = sample.facing()[point];
                }
            });
        }
        progress.step("sides", cameras.size(), cameras.size());
        return out;
    }

    private static int point(Pinhole camera, double[] c, int[] at) {
        int column = (int) Math.floor(camera.fx() * c[0] / c[2] + camera.cx());
        int row = (int) Math.floor(camera.fy() * c[1] / c[2] + camera.cy());
        boolean within = c[2] > 0 && column >= 0 && row >= 0 && column < camera.width() && row < camera.height();
        return within ? at[row * camera.width() + column] : -1;
    }

    private static short towards(float[] means, int i, List<Pinhole> cameras) {
        double[] best = new double[3];
        double least = Double.POSITIVE_INFINITY;
        for (Pinhole camera : cameras) {
            double[] o = camera.centre();
            double[] d = {o[0] - means[3 * i], o[1] - means[3 * i + 1], o[2] - means[3 * i + 2]};
            double squared = d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
            if (squared < least) {
                least = squared;
                best = d;
            }
        }
        return Facing.code(best);
    }
}
