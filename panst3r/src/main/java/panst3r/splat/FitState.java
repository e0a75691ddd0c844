package panst3r.splat;

import java.util.Arrays;
import java.util.List;
import panst3r.PanSt3RException;

/** All that changes in a fit from step to step. */
final class FitState {
    Gaussians gaussians;
    /** Adam's moments, shaped as the values that they belong to. */
    Gaussians first;

    Gaussians second;
    /** [N] for densification: lengths of the centres' derivatives added up, and how many. */
    float[] gradientSum;

    float[] seen;
    Pinhole[] cameras;
    CameraMove[] cameraMoves;
    /** [V] mean squared error of each photo when it was last seen; NaN before. */
    double[] squared;

    /** How far the cameras spread; never 0. */
    double extent;

    /** How far the Gaussians are from the cameras. */
    double distance;

    int step;
    int updates;
    int opacityUpdates;
    int skipped;
    long skippedGradients;

    /** @throws PanSt3RException if there is no view or no Gaussian */
    static FitState start(Gaussians gaussians, List<TrainingView> views) {
        if (views.isEmpty()) {
            throw new PanSt3RException("There is no photo to fit Gaussians to; give at least two.");
        }
        if (gaussians.size() == 0) {
            throw new PanSt3RException(
                    "There is no Gaussian to fit; start from points or from a .ply file that has some.");
        }
        FitState out = new FitState();
        out.gaussians = gaussians;
        out.distance = distance(gaussians, views);
        double extent = Pinhole.extent(views.stream().map(TrainingView::camera).toList());
        out.extent = extent > 0 ? extent : 0.1 * out.distance; // one camera has none
        out.first = Gaussians.zeros(gaussians.size(), gaussians.degree());
        out.second = Gaussians.zeros(gaussians.size(), gaussians.degree());
        out.gradientSum = new float[gaussians.size()];
        out.seen = new float[gaussians.size()];
        out.cameras = views.stream().map(TrainingView::camera).toArray(Pinhole[]::new);
        out.cameraMoves = new CameraMove[views.size()];
        Arrays.setAll(out.cameraMoves, v -> new CameraMove());
        out.squared = new double[views.size()];
        Arrays.fill(out.squared, Double.NaN);
        return out;
    }

    /** Mean distance of the Gaussians from the cameras' mean centre. */
    private static double distance(Gaussians g, List<TrainingView> views) {
        double[] mean = new double[3];
        for (TrainingView view : views) {
            double[] o = view.camera().centre();
            for (int k = 0; k < 3; k++) {
                mean[k] += o[k] / views.size();
            }
        }
        double sum = 0;
        for (int i = 0; i < g.size(); i++) {
            sum += Math.sqrt(Math.pow(g.means()[3 * i] - mean[0], 2)
                    + Math.pow(g.means()[3 * i + 1] - mean[1], 2)
                    + Math.pow(g.means()[3 * i + 2] - mean[2], 2));
        }
        return sum > 0 ? sum / g.size() : 1;
    }

    void replace(Densification.Result result) {
        // all of it is there before anything is replaced: memory may run out in between
        Gaussians m = result.moments(first);
        Gaussians v = result.moments(second);
        int size = result.gaussians().size();
        float[] sums = new float[size];
        float[] counts = new float[size];
        gaussians = result.gaussians();
        first = m;
        second = v;
        gradientSum = sums;
        seen = counts;
    }

    /** Adam on the twist (v, ω) of one camera. */
    static final class CameraMove {
        /** Six first moments, six second ones, and the number of updates. */
        final double[] values = new double[13];

        /** @return [6] the twist to move by */
        double[] next(double[] gradient, double rate, double distance) {
            double step = ++values[12];
            double[] out = new double[6];
            for (int k = 0; k < 6; k++) {
                values[k] = 0.9 * values[k] + 0.1 * gradient[k];
                values[6 + k] = 0.999 * values[6 + k] + 0.001 * gradient[k] * gradient[k];
                double mean = values[k] / (1 - Math.pow(0.9, step));
                double root = Math.sqrt(values[6 + k] / (1 - Math.pow(0.999, step)));
                out[k] = -rate * (k < 3 ? distance : 1) * mean / (root + 1e-15);
            }
            return out;
        }
    }
}
