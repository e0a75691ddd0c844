package panst3r.splat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Blending as novel-views.md writes it, one pixel and one Gaussian at a time, in double: what the fast one is compared to. */
final class PlainRasteriser {
    private final Gaussians gaussians;
    private final Pinhole camera;
    private final int degree;
    private final List<Splat> splats = new ArrayList<>();

    /** One Gaussian on the screen. */
    private record Splat(int index, Footprint f, double[] colour) {}

    /** One Gaussian's part in a pixel. */
    private record Part(Splat splat, double weight, double alpha, double before, boolean clamped) {}

    /** Float's relative rounding. */
    private static final double ROUNDING = 6e-8;

    /** Of the pixel asked for last: by how little, relatively, a decision could have gone the other way in floats. */
    private double margin;

    double[] rgb;
    double[] alpha;
    double[] depth;
    final double[] weights;
    final int[] pixels;

    PlainRasteriser(Gaussians gaussians, Pinhole camera, int degree) {
        this.gaussians = gaussians;
        this.camera = camera;
        this.degree = Math.min(degree, gaussians.degree());
        weights = new double[gaussians.size()];
        pixels = new int[gaussians.size()];
        for (int i = 0; i < gaussians.size(); i++) {
            Footprint f = new Footprint(camera);
            if (f.project(gaussians, i)) {
                f.shade(gaussians, i, this.degree);
                splats.add(new Splat(i, f, f.colour));
            }
        }
        splats.sort(Comparator.comparingDouble((Splat s) -> (float) s.f.z).thenComparingInt(Splat::index));
    }

    private List<Part> parts(int x, int y) {
        List<Part> out = new ArrayList<>();
        double light = 1;
        margin = 1;
        for (Splat s : splats) {
            Footprint f = s.f;
            if (x / 16 < f.tileX0 || x / 16 >= f.tileX1 || y / 16 < f.tileY0 || y / 16 >= f.tileY1) {
                continue;
            }
            double dx = x + 0.5 - f.u;
            double dy = y + 0.5 - f.v;
            double sigma = 0.5 * (f.k0 * dx * dx + f.k2 * dy * dy) + f.k1 * dx * dy;
            double raw = f.opacity * Math.exp(-sigma);
            double a = Math.min(0.99, raw);
            // a long thin Gaussian far from its centre: large terms that all but cancel
            double terms = Math.abs(f.k0 * dx * dx) + Math.abs(f.k2 * dy * dy) + Math.abs(f.k1 * dx * dy);
            double places = ROUNDING
                    * (Math.abs(f.u) * Math.abs(f.k0 * dx + f.k1 * dy)
                            + Math.abs(f.v) * Math.abs(f.k1 * dx + f.k2 * dy));
            double error = 8 * (ROUNDING * terms + places);
            boolean matters = sigma - error < Math.log(255 * f.opacity) + 0.01;
            if (matters && (error > 1e-4 || sigma < error && sigma != 0)) {
                margin = 0;
            }
            margin = Math.min(margin, Math.min(Math.abs(raw * 255 - 1), Math.abs(raw / 0.99 - 1)));
            if (sigma < 0 || a < 1 / 255.0) {
                continue;
            }
            margin = Math.min(margin, Math.abs(light * (1 - a) / 1e-4 - 1));
            if (light * (1 - a) < 1e-4) {
                break;
            }
            out.add(new Part(s, a * light, a, light, raw > 0.99));
            light *= 1 - a;
        }
        return out;
    }

    void render(float[] background) {
        int n = camera.width() * camera.height();
        rgb = new double[3 * n];
        alpha = new double[n];
        depth = new double[n];
        for (int p = 0; p < n; p++) {
            double light = 1;
            for (Part part : parts(p % camera.width(), p / camera.width())) {
                for (int c = 0; c < 3; c++) {
                    rgb[c * n + p] += part.weight * part.splat.colour[c];
                }
                alpha[p] += part.weight;
                depth[p] += part.weight * part.splat.f.z;
                weights[part.splat.index] += part.weight;
                pixels[part.splat.index]++;
                light = part.before * (1 - part.alpha);
            }
            for (int c = 0; c < 3; c++) {
                rgb[c * n + p] += light * background[c];
            }
        }
    }

    /** [H, W] pixels in which a decision hangs on less than a float can tell, so that a picture in floats may differ. */
    boolean[] doubtful() {
        boolean[] out = new boolean[camera.width() * camera.height()];
        for (int p = 0; p < out.length; p++) {
            parts(p % camera.width(), p / camera.width());
            out[p] = margin < 1e-3;
        }
        return out;
    }

    /** [channels, H, W]. */
    double[] features(float[] features, int channels) {
        int n = camera.width() * camera.height();
        double[] out = new double[channels * n];
        for (int p = 0; p < n; p++) {
            for (Part part : parts(p % camera.width(), p / camera.width())) {
                for (int c = 0; c < channels; c++) {
                    out[c * n + p] += part.weight * features[part.splat.index * channels + c];
                }
            }
        }
        return out;
    }

    /**
     * Derivatives: by Gaussian [N][{@value Footprint#GRADIENT}], on the screen [N][{@value Footprint#SCREEN}], twist, background.
     *
     * @param terms [N] sum of the sizes of what the derivative by the opacity is the sum of: rounding is a share of that
     */
    record Backward(double[][] gaussians, double[][] screen, double[] twist, double[] background, double[] terms) {}

    Backward backward(float[] background, double[] gRgb, double[] gAlpha, double[] gDepth) {
        int n = camera.width() * camera.height();
        double[][] screen = new double[gaussians.size()][Footprint.SCREEN];
        double[] byBackground = new double[3];
        double[] terms = new double[gaussians.size()];
        for (int p = 0; p < n; p++) {
            List<Part> parts = parts(p % camera.width(), p / camera.width());
            double light = 1;
            for (Part part : parts) {
                light = part.before * (1 - part.alpha);
            }
            double mass = 0;
            for (Part part : parts) {
                mass += part.weight * Math.abs(gAlpha[p]) + part.weight * Math.abs(gDepth[p]) * part.splat.f.z;
                for (int c = 0; c < 3; c++) {
                    mass += part.weight * Math.abs(gRgb[c * n + p]) * part.splat.colour[c];
                }
            }
            for (int c = 0; c < 3; c++) {
                mass += light * background[c] * Math.abs(gRgb[c * n + p]);
            }
            double behind = 0; // what lies behind gives to the loss
            for (int c = 0; c < 3; c++) {
                behind += light * background[c] * gRgb[c * n + p];
                byBackground[c] += light * gRgb[c * n + p];
            }
            for (int k = parts.size() - 1; k >= 0; k--) {
                Part part = parts.get(k);
                Footprint f = part.splat.f;
                double[] s = screen[part.splat.index];
                double value = gAlpha[p] + gDepth[p] * f.z;
                for (int c = 0; c < 3; c++) {
                    value += gRgb[c * n + p] * part.splat.colour[c];
                    s[c] += part.weight * gRgb[c * n + p];
                }
                s[3] += part.weight * gDepth[p];
                if (!part.clamped) {
                    terms[part.splat.index] += mass / (1 - part.alpha);
                    double byAlpha = part.before * value - behind / (1 - part.alpha);
                    double dx = p % camera.width() + 0.5 - f.u;
                    double dy = p / camera.width() + 0.5 - f.v;
                    double bySigma = -part.alpha * byAlpha;
                    s[4] += byAlpha * part.alpha / f.opacity;
                    s[5] -= bySigma * (f.k0 * dx + f.k1 * dy);
                    s[6] -= bySigma * (f.k1 * dx + f.k2 * dy);
                    s[7] += bySigma * dx * dx / 2;
                    s[8] += bySigma * dx * dy;
                    s[9] += bySigma * dy * dy / 2;
                }
                behind += part.weight * value;
            }
        }
        double[][] out = new double[gaussians.size()][Footprint.GRADIENT];
        double[] twist = new double[6];
        for (Splat s : splats) {
            s.f.backward(gaussians, s.index, degree, screen[s.index], out[s.index], twist);
        }
        return new Backward(out, screen, twist, byBackground, terms);
    }

    /** Radii of all Gaussians. */
    int[] radii() {
        int[] out = new int[gaussians.size()];
        splats.forEach(s -> out[s.index] = s.f.radius);
        return out;
    }

    /** Indices of the Gaussians that are seen. */
    int[] visible() {
        return IntStream.range(0, splats.size()).map(k -> splats.get(k).index).toArray();
    }
}
