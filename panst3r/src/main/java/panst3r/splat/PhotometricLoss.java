package panst3r.splat;

import java.util.Arrays;

/**
 * 0.8·mean|I − G| + 0.2·(1 − SSIM) and its derivative (novel-views.md, "Loss"). SSIM as Wang et al. 2004 with a Gaussian window
 * of 11×11. Bands of rows are worked on by themselves, with what they need of their neighbours.
 */
final class PhotometricLoss {
    private static final int REACH = 5;
    private static final double[] WINDOW = window();
    private static final double C1 = 0.01 * 0.01;
    private static final double C2 = 0.03 * 0.03;
    private static final double SSIM_SHARE = 0.2;
    private static final int BAND = 32;

    private final Workers workers;

    PhotometricLoss(Workers workers) {
        this.workers = workers;
    }

    /**
     * @param l1 mean of |I − G|
     * @param squared mean of (I − G)²
     * @param ssim mean over pixels and channels
     */
    record Value(double l1, double squared, double ssim) {
        double loss() {
            return (1 - SSIM_SHARE) * l1 + SSIM_SHARE * (1 - ssim);
        }

        /** Peak signal-to-noise ratio in dB, of colours in 0 … 1. */
        double psnr() {
            return -10 * Math.log10(squared);
        }
    }

    /**
     * @param image [C, H, W]
     * @param target [C, H, W]
     * @param gradient [C, H, W] of the loss by the image, written; or null
     */
    Value of(float[] image, float[] target, int channels, int width, int height, float[] gradient) {
        return of(image, target, channels, width, height, gradient, 1 - SSIM_SHARE, -SSIM_SHARE, null);
    }

    /** Similarity alone, its map [C, H, W] and its derivative. */
    double ssim(float[] image, float[] target, int channels, int width, int height, float[] map, float[] gradient) {
        return of(image, target, channels, width, height, gradient, 0, 1, map).ssim;
    }

    private Value of(
            float[] image,
            float[] target,
            int channels,
            int width,
            int height,
            float[] gradient,
            double l1Weight,
            double ssimWeight,
            float[] map) {
        int bands = (height + BAND - 1) / BAND;
        double[][] sums = new double[channels * bands][];
        double n = (double) channels * width * height;
        workers.run(sums.length, () -> {
            Band band = new Band(width);
            return task -> {
                int from = task % bands * BAND;
                int to = Math.min(height, from + BAND);
                int offset = task / bands * width * height;
                sums[task] =
                        band.sums(image, target, offset, height, from, to, gradient, l1Weight / n, ssimWeight / n, map);
            };
        });
        double[] all = new double[3];
        for (double[] sum : sums) {
            for (int k = 0; k < 3; k++) {
                all[k] += sum[k] / n;
            }
        }
        return new Value(all[0], all[1], all[2]);
    }

    private static double[] window() {
        double[] out = new double[2 * REACH + 1];
        double sum = 0;
        for (int k = 0; k < out.length; k++) {
            out[k] = StrictMath.exp(-(k - REACH) * (k - REACH) / (2 * 1.5 * 1.5));
            sum += out[k];
        }
        for (int k = 0; k < out.length; k++) {
            out[k] /= sum;
        }
        return out;
    }

    /** Rows from … to of one channel; scratch of one thread. */
    private static final class Band {
        private final int width;
        private final double[] row;
        private final double[][] across;
        private final double[][] slopes;
        private final double[] sum;

        Band(int width) {
            this.width = width;
            row = new double[width + 2 * REACH];
            across = new double[5][(BAND + 4 * REACH) * width];
            slopes = new double[3][(BAND + 2 * REACH) * width];
            sum = new double[width];
        }

        double[] sums(
                float[] image,
                float[] target,
                int offset,
                int height,
                int from,
                int to,
                float[] gradient,
                double l1Weight,
                double ssimWeight,
                float[] map) {
            int first = Math.max(0, from - 2 * REACH);
            int last = Math.min(height, to + 2 * REACH);
            for (int y = first; y < last; y++) {
                int at = offset + y * width;
                for (int kind = 0; kind < 5; kind++) {
                    for (int x = 0; x < width; x++) {
                        double i = image[at + x];
                        double g = target[at + x];
                        row[REACH + x] = switch (kind) {
                            case 0 -> i;
                            case 1 -> g;
                            case 2 -> i * i;
                            case 3 -> g * g;
                            default -> i * g;
                        };
                    }
                    along(across[kind], (y - first) * width);
                }
            }
            double[] out = new double[3];
            int top = Math.max(0, from - REACH);
            int bottom = Math.min(height, to + REACH);
            double[] mi = new double[width];
            double[] mg = new double[width];
            double[] ii = new double[width];
            double[] gg = new double[width];
            double[] ig = new double[width];
            for (int y = top; y < bottom; y++) {
                down(across[0], first, last, y, mi);
                down(across[1], first, last, y, mg);
                down(across[2], first, last, y, ii);
                down(across[3], first, last, y, gg);
                down(across[4], first, last, y, ig);
                boolean mine = y >= from && y < to;
                for (int x = 0; x < width; x++) {
                    double a1 = 2 * mi[x] * mg[x] + C1;
                    double a2 = 2 * (ig[x] - mi[x] * mg[x]) + C2;
                    double b1 = mi[x] * mi[x] + mg[x] * mg[x] + C1;
                    double b2 = ii[x] - mi[x] * mi[x] + gg[x] - mg[x] * mg[x] + C2;
                    double s = a1 * a2 / (b1 * b2);
                    if (mine) {
                        out[2] += s;
                        if (map != null) {
                            map[offset + y * width + x] = (float) s;
                        }
                    }
                    int at = (y - top) * width + x;
                    slopes[0][at] = 2 * mg[x] * (a2 - a1) / (b1 * b2) - 2 * s * mi[x] * (1 / b1 - 1 / b2);
                    slopes[1][at] = -s / b2;
                    slopes[2][at] = 2 * a1 / (b1 * b2);
                }
            }
            for (int kind = 0; kind < 3 && gradient != null; kind++) {
                for (int y = top; y < bottom; y++) {
                    System.arraycopy(slopes[kind], (y - top) * width, row, REACH, width);
                    along(slopes[kind], (y - top) * width);
                }
            }
            for (int y = from; y < to; y++) {
                int at = offset + y * width;
                if (gradient != null) {
                    down(slopes[0], top, bottom, y, mi);
                    down(slopes[1], top, bottom, y, ii);
                    down(slopes[2], top, bottom, y, ig);
                }
                for (int x = 0; x < width; x++) {
                    double i = image[at + x];
                    double g = target[at + x];
                    double d = i - g;
                    out[0] += Math.abs(d);
                    out[1] += d * d;
                    if (gradient != null) {
                        gradient[at + x] =
                                (float) (l1Weight * Math.signum(d) + ssimWeight * (mi[x] + 2 * i * ii[x] + g * ig[x]));
                    }
                }
            }
            return out;
        }

        /** {@link #row}, which has zeros at both ends, convolved along x. */
        private void along(double[] out, int at) {
            Arrays.fill(sum, 0);
            for (int k = 0; k <= 2 * REACH; k++) {
                double w = WINDOW[k];
                for (int x = 0; x < width; x++) {
                    sum[x] += w * row[x + k];
                }
            }
            System.arraycopy(sum, 0, out, at, width);
        }

        /** Row y of rows first … last − 1, convolved along y. */
        private void down(double[] rows, int first, int last, int y, double[] out) {
            Arrays.fill(out, 0);
            for (int k = 0; k <= 2 * REACH; k++) {
                int from = y + k - REACH;
                if (from >= first && from < last) {
                    double w = WINDOW[k];
                    int at = (from - first) * width;
                    for (int x = 0; x < width; x++) {
                        out[x] += w * rows[at + x];
                    }
                }
            }
        }
    }
}
