package panst3r.picture;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import panst3r.Progress;
import panst3r.scene.Camera;
import panst3r.scene.Scene;

/**
 * Draws points as discs of their own size in the world, and cameras as wire frames, with a depth buffer at several
 * times the resolution of the picture. Needs no screen and no graphics card; the same bytes for any number of threads.
 *
 * <p>A point's disc is as wide as its distance to its own camera times the sample's footprint, as in the viewer, so that
 * surfaces close without blobs in the foreground.
 */
public final class Renderer {
    /** Width of lines in pixels unless another is asked for. */
    static final double LINE = 1.5;

    /** Sub-pixels of a pixel, in each direction. */
    private static final int FINE = 3;

    /** Rows of the picture that one task draws: bounds its buffers whatever the picture's size. */
    private static final int BAND = 32;

    private static final double NEAR = 1e-4;

    private final int width;
    private final int height;
    private final Viewpoint viewpoint;
    private final double[] rotation;
    private final double pixels; // of a picture at distance 1
    private final List<Discs> layers = new ArrayList<>();
    private boolean backs = true;
    private double lineWidth = LINE;

    /** Discs on the picture, in sub-pixels; radius 0 = not seen. */
    private record Discs(float[] x, float[] y, float[] depth, float[] radius, int[] rgb) {
        Discs(int n) {
            this(new float[n], new float[n], new float[n], new float[n], new int[n]);
        }
    }

    public Renderer(int width, int height, Viewpoint viewpoint) {
        this.width = width;
        this.height = height;
        this.viewpoint = viewpoint;
        this.rotation = viewpoint.rotation();
        this.pixels = height / 2.0 / Math.tan(Math.toRadians(viewpoint.fovY()) / 2);
    }

    /** Whether points that are added from now on are drawn where their surface is seen from behind; at first they are. */
    public Renderer backs(boolean drawn) {
        backs = drawn;
        return this;
    }

    /** @param pixels width of the lines that are added after this */
    public Renderer lineWidth(double pixels) {
        lineWidth = pixels;
        return this;
    }

    /**
     * Adds the points of a view.
     *
     * @param minConfidence points of less are left out
     * @param size factor on the width of the discs, 1 = surfaces are just closed
     */
    public Renderer points(Scene scene, PointSample sample, Colouring colouring, double minConfidence, double size) {
        double[] eye = scene.cameras().get(sample.view()).position();
        Discs discs = new Discs(sample.size());
        IntStream.range(0, sample.size()).parallel().forEach(i -> {
            if (sample.confidence()[i] >= minConfidence) {
                float[] p = sample.xyz();
                double[] at = {p[3 * i], p[3 * i + 1], p[3 * i + 2]};
                if (!backs && Facing.behind(sample.facing()[i], Vectors.plus(viewpoint.position(), at, -1))) {
                    return;
                }
                double radius = 0.5 * sample.footprint() * Vectors.distance(at, eye) * size;
                discs.rgb[i] = colouring.of(sample, i);
                project(discs, i, at, radius, 0.5, 32);
            }
        });
        layers.add(discs);
        return this;
    }

    /**
     * Adds a wire frame for a camera.
     *
     * @param most distance of its picture plane from the camera, in the world, unless the plane's half diagonal would
     *     be longer: a focal length near 0 would let it cover the scene
     */
    public Renderer camera(Camera camera, double most, int rgb) {
        if (!(camera.focal() > 0)) {
            return this;
        }
        double diagonal = Math.hypot(camera.width(), camera.height()) / 2 / camera.focal();
        double size = most / Math.max(1, diagonal);
        double w = size * camera.width() / 2 / camera.focal();
        double h = size * camera.height() / 2 / camera.focal();
        double[][] corners = {{-w, -h, size}, {w, -h, size}, {w, h, size}, {-w, h, size}};
        for (int k = 0; k < 4; k++) {
            line(world(camera, corners[k]), world(camera, corners[(k + 1) % 4]), rgb);
            line(camera.position(), world(camera, corners[k]), rgb);
        }
        double[] tip = world(camera, new double[] {0, -1.35 * h, size});
        line(world(camera, new double[] {-0.5 * w, -h, size}), tip, rgb);
        line(world(camera, new double[] {0.5 * w, -h, size}), tip, rgb);
        return this;
    }

    /** A straight line in the world, of the {@link #lineWidth}. */
    public Renderer line(double[] from, double[] to, int rgb) {
        Discs ends = new Discs(2);
        project(ends, 0, from, 0, 1, 1);
        project(ends, 1, to, 0, 1, 1);
        if (ends.radius[0] == 0 && ends.radius[1] == 0) {
            return this;
        }
        double length = Math.hypot(ends.x[0] - ends.x[1], ends.y[0] - ends.y[1]);
        int n = (int) Math.min(20_000, 2 + 1.5 * length);
        Discs discs = new Discs(n);
        Arrays.fill(discs.rgb, rgb);
        double[] along = Vectors.plus(to, from, -1);
        for (int i = 0; i < n; i++) {
            project(discs, i, Vectors.plus(from, along, i / (n - 1.0)), 0, lineWidth / 2, lineWidth / 2);
        }
        layers.add(discs);
        return this;
    }

    /**
     * The picture.
     *
     * @param background 0xAARRGGBB; 0 gives a transparent picture
     */
    public BufferedImage draw(int background, Progress progress) {
        progress.step("picture", 0, 1);
        int bands = (height + BAND - 1) / BAND;
        int[][] lists = bands(bands);
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
        int[] out = new int[width * height];
        IntStream.range(0, bands).parallel().forEach(b -> band(b, lists[b], background, out));
        image.setRGB(0, 0, width, height, out, 0, width);
        progress.step("picture", 1, 1);
        return image;
    }

    private static double[] world(Camera camera, double[] p) {
        double[] m = camera.cameraToWorld();
        double[] out = new double[3];
        for (int k = 0; k < 3; k++) {
            out[k] = m[4 * k] * p[0] + m[4 * k + 1] * p[1] + m[4 * k + 2] * p[2] + m[4 * k + 3];
        }
        return out;
    }

    /** Radii are in pixels of the picture. */
    private void project(Discs discs, int i, double[] at, double worldRadius, double least, double most) {
        double[] d = Vectors.plus(at, viewpoint.position(), -1);
        double[] r = rotation;
        double z = r[6] * d[0] + r[7] * d[1] + r[8] * d[2];
        if (!(z > NEAR)) {
            return;
        }
        double x = width / 2.0 + pixels * (r[0] * d[0] + r[1] * d[1] + r[2] * d[2]) / z;
        double y = height / 2.0 + pixels * (r[3] * d[0] + r[4] * d[1] + r[5] * d[2]) / z;
        double radius = Math.max(least, Math.min(most, worldRadius * pixels / z));
        if (!(x > -radius && y > -radius && x < width + radius && y < height + radius)) {
            return;
        }
        discs.x[i] = (float) (x * FINE);
        discs.y[i] = (float) (y * FINE);
        discs.depth[i] = (float) z;
        discs.radius[i] = (float) (radius * FINE);
    }

    /** For every band the discs that touch it, layer and index in turn, in the order they were added. */
    private int[][] bands(int bands) {
        int[] counts = new int[bands];
        int[][] lists = new int[bands][];
        for (int pass = 0; pass < 2; pass++) {
            if (pass == 1) {
                for (int b = 0; b < bands; b++) {
                    lists[b] = new int[2 * counts[b]];
                }
                Arrays.fill(counts, 0);
            }
            for (int l = 0; l < layers.size(); l++) {
                Discs d = layers.get(l);
                for (int i = 0; i < d.radius.length; i++) {
                    if (d.radius[i] > 0) {
                        int first = Math.max(0, (int) Math.floor((d.y[i] - d.radius[i]) / (FINE * BAND)));
                        int last = Math.min(bands - 1, (int) Math.floor((d.y[i] + d.radius[i]) / (FINE * BAND)));
                        for (int b = first; b <= last; b++) {
                            if (pass == 1) {
                                lists[b][2 * counts[b]] = l;
                                lists[b][2 * counts[b] + 1] = i;
                            }
                            counts[b]++;
                        }
                    }
                }
            }
        }
        return lists;
    }

    private void band(int band, int[] list, int background, int[] out) {
        int rows = Math.min(BAND, height - band * BAND);
        int fineWidth = width * FINE;
        int top = band * BAND * FINE;
        float[] depth = new float[fineWidth * rows * FINE];
        int[] colour = new int[depth.length];
        Arrays.fill(depth, Float.POSITIVE_INFINITY);
        for (int k = 0; k < list.length; k += 2) {
            Discs d = layers.get(list[k]);
            int i = list[k + 1];
            disc(d.x[i], d.y[i] - top, d.radius[i], d.depth[i], d.rgb[i], fineWidth, rows * FINE, depth, colour);
        }
        for (int y = 0; y < rows; y++) {
            for (int x = 0; x < width; x++) {
                out[(band * BAND + y) * width + x] = resolve(x, y, fineWidth, depth, colour, background);
            }
        }
    }

    private static void disc(
            float cx, float cy, float r, float z, int rgb, int width, int height, float[] depth, int[] colour) {
        int y0 = Math.max(0, (int) Math.ceil(cy - r - 0.5f));
        int y1 = Math.min(height - 1, (int) Math.floor(cy + r - 0.5f));
        for (int y = y0; y <= y1; y++) {
            float dy = y + 0.5f - cy;
            float half = (float) Math.sqrt(Math.max(0, r * r - dy * dy));
            int x0 = Math.max(0, (int) Math.ceil(cx - half - 0.5f));
            int x1 = Math.min(width - 1, (int) Math.floor(cx + half - 0.5f));
            for (int x = x0; x <= x1; x++) {
                int at = y * width + x;
                if (z < depth[at]) {
                    depth[at] = z;
                    colour[at] = rgb;
                }
            }
        }
    }

    /** The mean of a pixel's sub-pixels, over the background. */
    private static int resolve(int x, int y, int fineWidth, float[] depth, int[] colour, int background) {
        int covered = 0;
        int r = 0;
        int g = 0;
        int b = 0;
        for (int sy = 0; sy < FINE; sy++) {
            for (int sx = 0; sx < FINE; sx++) {
                int at = (y * FINE + sy) * fineWidth + x * FINE + sx;
                if (depth[at] < Float.POSITIVE_INFINITY) {
                    covered++;
                    r += colour[at] >> 16 & 255;
                    g += colour[at] >> 8 & 255;
                    b += colour[at] & 255;
                }
            }
        }
        if (covered == 0) {
            return background;
        }
        int all = FINE * FINE;
        int back = background >>> 24; // weight of the background's colour where nothing covers it
        int rest = all - covered;
        int alpha = (covered * 255 + rest * back + all / 2) / all;
        int weight = covered * 255 + rest * back;
        r = (r * 255 + rest * back * (background >> 16 & 255) + weight / 2) / weight;
        g = (g * 255 + rest * back * (background >> 8 & 255) + weight / 2) / weight;
        b = (b * 255 + rest * back * (background & 255) + weight / 2) / weight;
        return alpha << 24 | r << 16 | g << 8 | b;
    }
}
