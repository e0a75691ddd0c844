package panst3r.metrics;

import java.util.Arrays;
import java.util.List;

/**
 * How well relative camera poses agree, over all pairs of views (metrics.md).
 *
 * @param rotationDegrees angle between the true and the predicted relative rotation, one a pair i &lt; j
 * @param translationDegrees angle between the directions of the relative translations, one a pair
 * @param trajectoryRmse absolute trajectory error of the camera centres after the best similarity
 * @param trajectoryMean the same, mean instead of root mean square
 * @param alignment maps predicted centres to true ones
 */
public record PoseAccuracy(
        double[] rotationDegrees,
        double[] translationDegrees,
        double trajectoryRmse,
        double trajectoryMean,
        Similarity alignment) {
    /**
     * @param predicted camera-to-world [4, 4] row-major, one a view
     * @param truth likewise, in the same order
     */
    public static PoseAccuracy of(List<double[]> predicted, List<double[]> truth) {
        int views = predicted.size();
        if (views != truth.size() || views < 2) {
            throw new IllegalArgumentException(views + " predicted and " + truth.size() + " true poses");
        }
        double[] rotation = new double[views * (views - 1) / 2];
        double[] translation = new double[rotation.length];
        for (int i = 0, pair = 0; i < views; i++) {
            for (int j = i + 1; j < views; j++, pair++) {
                double[] p = relative(predicted.get(i), predicted.get(j));
                double[] t = relative(truth.get(i), truth.get(j));
                rotation[pair] = rotationAngle(p, t);
                translation[pair] = directionAngle(p, t);
            }
        }
        double[] from = centres(predicted);
        double[] to = centres(truth);
        Similarity alignment = Similarity.align(from, to);
        double[] moved = alignment.apply(from);
        double squares = 0;
        double sum = 0;
        for (int i = 0; i < moved.length; i += 3) {
            double d = Math.sqrt(sq(moved[i] - to[i]) + sq(moved[i + 1] - to[i + 1]) + sq(moved[i + 2] - to[i + 2]));
            squares += d * d;
            sum += d;
        }
        return new PoseAccuracy(rotation, translation, Math.sqrt(squares / views), sum / views, alignment);
    }

    /** Share of the pairs whose rotation is off by less than this. */
    public double rotationAccuracy(double degrees) {
        return shareBelow(rotationDegrees, degrees);
    }

    /** Share of the pairs whose direction of translation is off by less than this. */
    public double translationAccuracy(double degrees) {
        return shareBelow(translationDegrees, degrees);
    }

    /** AUC@30: mean over d = 1..30° of the share of pairs with both angles under d. */
    public double auc30() {
        double[] worse = new double[rotationDegrees.length];
        Arrays.setAll(worse, i -> Math.max(rotationDegrees[i], translationDegrees[i]));
        double sum = 0;
        for (int d = 1; d <= 30; d++) {
            sum += shareBelow(worse, d);
        }
        return sum / 30;
    }

    private static double shareBelow(double[] values, double bound) {
        return Arrays.stream(values).filter(v -> v < bound).count() / (double) values.length;
    }

    /** inverse(a)·b of rigid motions, [4, 4] row-major. */
    private static double[] relative(double[] a, double[] b) {
        double[] out = new double[16];
        for (int r = 0; r < 3; r++) {
            for (int c = 0; c < 4; c++) {
                for (int k = 0; k < 3; k++) {
                    out[4 * r + c] += a[4 * k + r] * (c == 3 ? b[4 * k + 3] - a[4 * k + 3] : b[4 * k + c]);
                }
            }
        }
        out[15] = 1;
        return out;
    }

    private static double rotationAngle(double[] a, double[] b) {
        double trace = 0; // of aᵀ·b
        for (int r = 0; r < 3; r++) {
            for (int c = 0; c < 3; c++) {
                trace += a[4 * r + c] * b[4 * r + c];
            }
        }
        return degrees((trace - 1) / 2);
    }

    private static double directionAngle(double[] a, double[] b) {
        double dot = a[3] * b[3] + a[7] * b[7] + a[11] * b[11];
        double norms = Math.sqrt(sq(a[3]) + sq(a[7]) + sq(a[11])) * Math.sqrt(sq(b[3]) + sq(b[7]) + sq(b[11]));
        return norms == 0 ? 180 : degrees(dot / norms); // a translation of 0 has no direction: as wrong as can be
    }

    private static double degrees(double cosine) {
        return Math.toDegrees(Math.acos(Math.max(-1, Math.min(1, cosine))));
    }

    private static double[] centres(List<double[]> poses) {
        double[] out = new double[3 * poses.size()];
        for (int i = 0; i < poses.size(); i++) {
            for (int a = 0; a < 3; a++) {
                out[3 * i + a] = poses.get(i)[4 * a + 3];
            }
        }
        return out;
    }

    private static double sq(double x) {
        return x * x;
    }
}
