package panst3r.splat;

import java.util.Arrays;
import panst3r.PanSt3RException;

/**
 * Renders Gaussians tile by tile and takes derivatives of the picture (Kerbl et al. 2023, section 6; novel-views.md). Every
 * tile is worked on by one thread and every Gaussian's derivatives are added in the order of its tiles, so the bytes do not
 * depend on the number of threads.
 *
 * <p>Keeps its buffers from picture to picture: one thread at a time may use it.
 */
public final class Rasteriser {
    private static final int CHUNK = 2048;
    private static final int SLOT = 10;

    private final Workers workers;

    // the picture that was prepared last
    private Gaussians gaussians;
    private Pinhole camera;
    private int degree;
    private int columns;
    private int tiles;
    private float[] splats = {}; // [N, TileWalk.STRIDE]
    private int[] radii = {};
    private short[] rectangles = {}; // [N, 4] x0, y0, x1, y1
    private int[] slots = {}; // [N + 1] where the derivatives of a Gaussian's tiles begin
    private int[] tileStart = {}; // [tiles + 1]
    private int[] entries = {}; // Gaussians by tile and depth
    private int[] order = {};
    private int[] spareOrder = {};
    private float[] sums = {}; // [entries, SLOT]

    /** @param threads that may work at once; the result is the same for any number */
    public Rasteriser(int threads) {
        this(new Workers(threads));
    }

    Rasteriser(Workers workers) {
        this.workers = workers;
    }

    /**
     * A picture with all that the Gaussians' spherical harmonics hold.
     *
     * @param background [3] what shows where nothing covers
     */
    public Rendering render(Gaussians gaussians, Pinhole camera, float[] background) {
        prepare(gaussians, camera, gaussians.degree());
        return blend(background);
    }

    /**
     * Any values of the Gaussians seen by a camera: Σ w·f, without a background.
     *
     * @param features [N, channels]
     * @return [channels, H, W]
     */
    public float[] render(Gaussians gaussians, Pinhole camera, float[] features, int channels) {
        prepare(gaussians, camera, 0);
        return blend(features, channels);
    }

    /** Sorts the Gaussians that a camera sees into tiles, from near to far. */
    void prepare(Gaussians gaussians, Pinhole camera, int degree) {
        this.gaussians = gaussians;
        this.camera = camera;
        this.degree = Math.min(degree, gaussians.degree());
        int n = gaussians.size();
        if (slots.length != n + 1) {
            splats = new float[Math.multiplyExact(TileWalk.STRIDE, n)];
            radii = new int[n];
            rectangles = new short[4 * n];
            slots = new int[n + 1];
        }
        columns = (camera.width() + Footprint.TILE - 1) / Footprint.TILE;
        tiles = columns * ((camera.height() + Footprint.TILE - 1) / Footprint.TILE);
        int chunks = chunks(n);
        workers.run(chunks, () -> {
            Footprint f = new Footprint(camera);
            return chunk -> {
                for (int i = chunk * CHUNK; i < Math.min(n, (chunk + 1) * CHUNK); i++) {
                    project(f, i);
                }
            };
        });
        sortIntoTiles();
    }

    private static int chunks(int n) {
        return (n + CHUNK - 1) / CHUNK;
    }

    private void project(Footprint f, int i) {
        boolean visible = f.project(gaussians, i);
        radii[i] = f.radius;
        if (!visible) {
            return;
        }
        f.shade(gaussians, i, degree);
        rectangles[4 * i] = (short) f.tileX0;
        rectangles[4 * i + 1] = (short) f.tileY0;
        rectangles[4 * i + 2] = (short) f.tileX1;
        rectangles[4 * i + 3] = (short) f.tileY1;
        int at = i * TileWalk.STRIDE;
        splats[at + TileWalk.U] = (float) f.u;
        splats[at + TileWalk.V] = (float) f.v;
        splats[at + TileWalk.K0] = (float) f.k0;
        splats[at + TileWalk.K1] = (float) f.k1;
        splats[at + TileWalk.K2] = (float) f.k2;
        splats[at + TileWalk.OPACITY] = (float) f.opacity;
        splats[at + TileWalk.RED] = (float) f.colour[0];
        splats[at + TileWalk.GREEN] = (float) f.colour[1];
        splats[at + TileWalk.BLUE] = (float) f.colour[2];
        splats[at + TileWalk.DEPTH] = (float) f.z;
        splats[at + TileWalk.REACH] = TileWalk.reach(f.opacity);
        splats[at + TileWalk.STEEPNESS] = (float) (1 / f.c);
    }

    private void sortIntoTiles() {
        int n = gaussians.size();
        int[] counts = new int[tiles + 1];
        int visible = 0;
        long total = 0;
        if (order.length != n) {
            order = new int[n];
            spareOrder = new int[n];
        }
        for (int i = 0; i < n; i++) {
            slots[i] = (int) total;
            if (radii[i] == 0) {
                continue;
            }
            order[visible++] = i;
            for (int ty = rectangles[4 * i + 1]; ty < rectangles[4 * i + 3]; ty++) {
                for (int tx = rectangles[4 * i]; tx < rectangles[4 * i + 2]; tx++) {
                    counts[ty * columns + tx + 1]++;
                }
            }
            total += (long) (rectangles[4 * i + 3] - rectangles[4 * i + 1])
                    * (rectangles[4 * i + 2] - rectangles[4 * i]);
            if (total > Integer.MAX_VALUE / SLOT) {
                throw new PanSt3RException(
                        "The Gaussians are too large for this picture: they touch its tiles more than "
                                + Integer.MAX_VALUE / SLOT + " times; use fewer Gaussians or a smaller picture.");
            }
        }
        slots[n] = (int) total;
        for (int t = 0; t < tiles; t++) {
            counts[t + 1] += counts[t];
        }
        tileStart = counts;
        if (entries.length < total) {
            entries = new int[(int) (total + total / 4)];
        }
        sortByDepth(visible);
        int[] next = Arrays.copyOf(counts, tiles);
        for (int k = 0; k < visible; k++) {
            int i = order[k];
            for (int ty = rectangles[4 * i + 1]; ty < rectangles[4 * i + 3]; ty++) {
                for (int tx = rectangles[4 * i]; tx < rectangles[4 * i + 2]; tx++) {
                    entries[next[ty * columns + tx]++] = i;
                }
            }
        }
    }

    /** Radix sort, stable, so ties stay in order of index. Positive floats sort like their bits. */
    private void sortByDepth(int visible) {
        for (int shift = 0; shift < 33; shift += 11) {
            int[] starts = new int[2049];
            for (int k = 0; k < visible; k++) {
                starts[(depthBits(order[k]) >>> shift & 2047) + 1]++;
            }
            for (int b = 0; b < 2048; b++) {
                starts[b + 1] += starts[b];
            }
            for (int k = 0; k < visible; k++) {
                spareOrder[starts[depthBits(order[k]) >>> shift & 2047]++] = order[k];
            }
            int[] sorted = spareOrder;
            spareOrder = order;
            order = sorted;
        }
    }

    private int depthBits(int i) {
        return Float.floatToRawIntBits(splats[i * TileWalk.STRIDE + TileWalk.DEPTH]);
    }

    /** The picture of what was prepared. */
    Rendering blend(float[] background) {
        int width = camera.width();
        int n = width * camera.height();
        float[] rgb = new float[3 * n];
        float[] alpha = new float[n];
        float[] depth = new float[n];
        workers.run(tiles, () -> {
            TileWalk walk = new TileWalk();
            float[] red = new float[TileWalk.PIXELS];
            float[] green = new float[TileWalk.PIXELS];
            float[] blue = new float[TileWalk.PIXELS];
            float[] far = new float[TileWalk.PIXELS];
            return tile -> {
                begin(walk, tile);
                Arrays.fill(red, 0);
                Arrays.fill(green, 0);
                Arrays.fill(blue, 0);
                Arrays.fill(far, 0);
                for (int e = tileStart[tile]; e < tileStart[tile + 1] && !walk.done(); e++) {
                    int i = entries[e];
                    walk.next(splats, i);
                    int at = i * TileWalk.STRIDE;
                    float r = splats[at + TileWalk.RED];
                    float g = splats[at + TileWalk.GREEN];
                    float b = splats[at + TileWalk.BLUE];
                    float z = splats[at + TileWalk.DEPTH];
                    for (int k = 0; k < walk.count; k++) {
                        int p = walk.pixel[k];
                        float w = walk.weight[k];
                        red[p] += w * r;
                        green[p] += w * g;
                        blue[p] += w * b;
                        far[p] += w * z;
                    }
                }
                for (int y = 0; y < walk.height(); y++) {
                    int to = (walk.top() + y) * width + walk.left();
                    for (int x = 0, p = y * Footprint.TILE; x < walk.width(); x++, p++, to++) {
                        float light = walk.passing(p);
                        rgb[to] = red[p] + light * background[0];
                        rgb[n + to] = green[p] + light * background[1];
                        rgb[2 * n + to] = blue[p] + light * background[2];
                        alpha[to] = 1 - light;
                        depth[to] = far[p];
                    }
                }
            };
        });
        return new Rendering(width, camera.height(), rgb, alpha, depth);
    }

    /** Σ w·f of what was prepared. @return [channels, H, W] */
    float[] blend(float[] features, int channels) {
        int width = camera.width();
        int n = width * camera.height();
        float[] out = new float[Math.multiplyExact(channels, n)];
        workers.run(tiles, () -> {
            TileWalk walk = new TileWalk();
            float[] sum = new float[TileWalk.PIXELS * channels];
            return tile -> {
                begin(walk, tile);
                Arrays.fill(sum, 0);
                for (int e = tileStart[tile]; e < tileStart[tile + 1] && !walk.done(); e++) {
                    int i = entries[e];
                    walk.next(splats, i);
                    for (int k = 0; k < walk.count; k++) {
                        int to = walk.pixel[k] * channels;
                        float w = walk.weight[k];
                        for (int c = 0, from = i * channels; c < channels; c++) {
                            sum[to + c] += w * features[from + c];
                        }
                    }
                }
                for (int y = 0; y < walk.height(); y++) {
                    int to = (walk.top() + y) * width + walk.left();
                    for (int x = 0; x < walk.width(); x++, to++) {
                        for (int c = 0, from = (y * Footprint.TILE + x) * channels; c < channels; c++) {
                            out[c * n + to] = sum[from + c];
                        }
                    }
                }
            };
        });
        return out;
    }

    /**
     * For every Gaussian its weights summed over the picture by label: Σ w·[label = c].
     *
     * @param labels [H, W], 0 ≤ label < channels
     * @param into [N, channels], added to
     * @param hits [N], added to: how many pixels it contributes to; or null
     */
    void gather(int[] labels, int channels, float[] into, int[] hits) {
        gather(labels, null, channels, into, hits);
    }

    /**
     * The same of labels that are only so sure.
     *
     * @param sure [H, W], 0 … 1: the share of a pixel that goes to its label, the rest going to label 0; null for 1 everywhere
     */
    void gather(int[] labels, float[] sure, int channels, float[] into, int[] hits) {
        gather(
                (tile, walk) -> {
                    double[] sums = new double[channels];
                    return (i, sink) -> {
                        double rest = 0;
                        for (int k = 0; k < walk.count; k++) {
                            int p = pixel(walk, walk.pixel[k]);
                            double share = sure == null ? 1 : sure[p];
                            sums[labels[p]] += share * walk.weight[k];
                            rest += (1 - share) * walk.weight[k];
                        }
                        if (rest > 0) {
                            sink.add(i, 0, (float) rest);
                        }
                        for (int k = 0; k < walk.count; k++) { // labels come in runs; each is taken once
                            int label = labels[pixel(walk, walk.pixel[k])];
                            if (sums[label] != 0) {
                                sink.add(i, label, (float) sums[label]);
                                sums[label] = 0;
                            }
                        }
                    };
                },
                channels,
                into,
                hits);
    }

    /**
     * For every Gaussian the sum of w·f over the picture.
     *
     * @param features [channels, H, W]
     * @param into [N, channels], added to
     */
    void gather(float[] features, int channels, float[] into, int[] hits) {
        int n = camera.width() * camera.height();
        gather(
                (tile, walk) -> {
                    double[] sums = new double[channels];
                    return (i, sink) -> {
                        Arrays.fill(sums, 0);
                        for (int k = 0; k < walk.count; k++) {
                            int p = pixel(walk, walk.pixel[k]);
                            for (int c = 0; c < channels; c++) {
                                sums[c] += walk.weight[k] * features[c * n + p];
                            }
                        }
                        for (int c = 0; c < channels; c++) {
                            sink.add(i, c, (float) sums[c]);
                        }
                    };
                },
                channels,
                into,
                hits);
    }

    private int pixel(TileWalk walk, int p) {
        return (walk.top() + p / Footprint.TILE) * camera.width() + walk.left() + p % Footprint.TILE;
    }

    private interface Summing {
        Sum of(int tile, TileWalk walk);
    }

    private interface Sum {
        void of(int gaussian, Sink sink);
    }

    /** What one tile says, until it is its turn to be added. */
    private static final class Sink {
        private int[] where = new int[256]; // pairs of Gaussian and channel
        private float[] values = new float[128];
        private int size;

        void add(int gaussian, int channel, float value) {
            if (size == values.length) {
                where = Arrays.copyOf(where, 4 * size);
                values = Arrays.copyOf(values, 2 * size);
            }
            where[2 * size] = gaussian;
            where[2 * size + 1] = channel;
            values[size++] = value;
        }
    }

    /** Tiles in batches: each batch at once, its sums then added in the order of the tiles. */
    private void gather(Summing summing, int channels, float[] into, int[] hits) {
        int batch = 64;
        for (int first = 0; first < tiles; first += batch) {
            int from = first;
            int count = Math.min(batch, tiles - first);
            Sink[] sinks = new Sink[count];
            Sink[] touched = new Sink[count];
            workers.run(count, () -> {
                TileWalk walk = new TileWalk();
                return task -> {
                    int tile = from + task;
                    begin(walk, tile);
                    Sum sum = summing.of(tile, walk);
                    Sink sink = new Sink();
                    Sink hit = new Sink();
                    for (int e = tileStart[tile]; e < tileStart[tile + 1] && !walk.done(); e++) {
                        walk.next(splats, entries[e]);
                        if (walk.count > 0) {
                            sum.of(entries[e], sink);
                            if (hits != null) {
                                hit.add(entries[e], walk.count, 0);
                            }
                        }
                    }
                    sinks[task] = sink;
                    touched[task] = hit;
                };
            });
            for (int task = 0; task < count; task++) {
                Sink sink = sinks[task];
                for (int k = 0; k < sink.size; k++) {
                    into[sink.where[2 * k] * channels + sink.where[2 * k + 1]] += sink.values[k];
                }
                for (int k = 0; k < touched[task].size; k++) {
                    hits[touched[task].where[2 * k]] += touched[task].where[2 * k + 1];
                }
            }
        }
    }

    /**
     * Derivatives of a loss of the picture that was rendered last.
     *
     * @param seen that picture
     * @param rgb [3, H, W] derivative of the loss
     * @param alpha [H, W], or null
     * @param depth [H, W] with respect to the accumulated depth, or null
     */
    void backward(Rendering seen, float[] rgb, float[] alpha, float[] depth, Gradients out) {
        int width = camera.width();
        int n = width * camera.height();
        int total = slots[gaussians.size()];
        if (sums.length < (long) total * SLOT) {
            sums = new float[(int) Math.min(Integer.MAX_VALUE - 8, (long) (total + total / 4) * SLOT)];
        }
        workers.run(tiles, () -> {
            TileWalk walk = new TileWalk();
            float[] red = new float[TileWalk.PIXELS];
            float[] green = new float[TileWalk.PIXELS];
            float[] blue = new float[TileWalk.PIXELS];
            float[] cover = new float[TileWalk.PIXELS];
            float[] far = new float[TileWalk.PIXELS];
            double[] behind = new double[TileWalk.PIXELS];
            return tile -> {
                begin(walk, tile);
                for (int y = 0; y < walk.height(); y++) {
                    int from = (walk.top() + y) * width + walk.left();
                    for (int x = 0, p = y * Footprint.TILE; x < walk.width(); x++, p++, from++) {
                        red[p] = rgb[from];
                        green[p] = rgb[n + from];
                        blue[p] = rgb[2 * n + from];
                        cover[p] = alpha == null ? 0 : alpha[from];
                        far[p] = depth == null ? 0 : depth[from];
                        // what all Gaussians and the background give to the loss; those passed are taken off below
                        behind[p] = (double) red[p] * seen.rgb()[from]
                                + (double) green[p] * seen.rgb()[n + from]
                                + (double) blue[p] * seen.rgb()[2 * n + from]
                                + (double) cover[p] * seen.alpha()[from]
                                + (double) far[p] * seen.depth()[from];
                    }
                }
                for (int e = tileStart[tile]; e < tileStart[tile + 1]; e++) {
                    int i = entries[e];
                    int to = slot(i, tile) * SLOT;
                    if (walk.done()) {
                        Arrays.fill(sums, to, to + SLOT, 0);
                        continue;
                    }
                    walk.next(splats, i);
                    int at = i * TileWalk.STRIDE;
                    float r = splats[at + TileWalk.RED];
                    float g = splats[at + TileWalk.GREEN];
                    float b = splats[at + TileWalk.BLUE];
                    float z = splats[at + TileWalk.DEPTH];
                    double sr = 0;
                    double sg = 0;
                    double sb = 0;
                    double sz = 0;
                    double s = 0;
                    double sx = 0;
                    double sy = 0;
                    double sxx = 0;
                    double sxy = 0;
                    double syy = 0;
                    for (int k = 0; k < walk.count; k++) {
                        int p = walk.pixel[k];
                        float w = walk.weight[k];
                        double value = red[p] * r + green[p] * g + blue[p] * b + cover[p] + far[p] * z;
                        behind[p] -= w * value;
                        sr += w * red[p];
                        sg += w * green[p];
                        sb += w * blue[p];
                        sz += w * far[p];
                        if (!walk.clamped[k]) {
                            // α·∂loss/∂α, from which opacity, centre and conic follow
                            float a = walk.alpha[k];
                            double d = a * (walk.before[k] * value - behind[p] / (1 - a));
                            double dx = walk.dx[k] * d;
                            double dy = walk.dy[k] * d;
                            s += d;
                            sx += dx;
                            sy += dy;
                            sxx += dx * walk.dx[k];
                            sxy += dx * walk.dy[k];
                            syy += dy * walk.dy[k];
                        }
                    }
                    sums[to] = (float) sr;
                    sums[to + 1] = (float) sg;
                    sums[to + 2] = (float) sb;
                    sums[to + 3] = (float) sz;
                    sums[to + 4] = (float) s;
                    sums[to + 5] = (float) sx;
                    sums[to + 6] = (float) sy;
                    sums[to + 7] = (float) sxx;
                    sums[to + 8] = (float) sxy;
                    sums[to + 9] = (float) syy;
                }
            };
        });
        collect(out);
    }

    /** Where a Gaussian's derivatives from a tile are kept. */
    private int slot(int i, int tile) {
        int across = rectangles[4 * i + 2] - rectangles[4 * i];
        return slots[i] + (tile / columns - rectangles[4 * i + 1]) * across + tile % columns - rectangles[4 * i];
    }

    private void collect(Gradients out) {
        int n = gaussians.size();
        out.clear(n);
        int chunks = chunks(n);
        double[][] twists = new double[chunks][6];
        workers.run(chunks, () -> {
            Footprint f = new Footprint(camera);
            double[] screen = new double[Footprint.SCREEN];
            double[] d = new double[Footprint.GRADIENT];
            return chunk -> {
                for (int i = chunk * CHUNK; i < Math.min(n, (chunk + 1) * CHUNK); i++) {
                    if (radii[i] > 0) {
                        f.project(gaussians, i);
                        f.shade(gaussians, i, degree);
                        screen(i, f, screen);
                        f.backward(gaussians, i, degree, screen, d, twists[chunk]);
                        store(out, i, screen, d);
                    }
                }
            };
        });
        for (double[] twist : twists) {
            for (int k = 0; k < 6; k++) {
                out.twist[k] += twist[k];
            }
        }
    }

    /** Adds up the tiles of a Gaussian: derivatives by colour, depth, opacity, centre and conic. */
    private void screen(int i, Footprint f, double[] out) {
        Arrays.fill(out, 0);
        double sxx = 0;
        double sxy = 0;
        double syy = 0;
        double sx = 0;
        double sy = 0;
        for (int slot = slots[i]; slot < slots[i + 1]; slot++) {
            int at = slot * SLOT;
            for (int k = 0; k < 5; k++) {
                out[k] += sums[at + k];
            }
            sx += sums[at + 5];
            sy += sums[at + 6];
            sxx += sums[at + 7];
            sxy += sums[at + 8];
            syy += sums[at + 9];
        }
        out[4] = f.opacity > 0 ? out[4] / f.opacity : 0;
        out[5] = f.k0 * sx + f.k1 * sy;
        out[6] = f.k1 * sx + f.k2 * sy;
        out[7] = -0.5 * sxx;
        out[8] = -sxy;
        out[9] = -0.5 * syy;
    }

    private void store(Gradients out, int i, double[] screen, double[] d) {
        for (int k = 0; k < 3; k++) {
            out.means[3 * i + k] = (float) d[k];
            out.logScales[3 * i + k] = (float) d[3 + k];
            out.colours[3 * i + k] = (float) d[11 + k];
        }
        for (int k = 0; k < 4; k++) {
            out.quaternions[4 * i + k] = (float) d[6 + k];
        }
        out.opacityLogits[i] = (float) d[10];
        out.view[i] = (float) Math.hypot(camera.width() / 2.0 * screen[5], camera.height() / 2.0 * screen[6]);
    }

    /** For tests: the derivatives of one Gaussian's values on the screen after {@link #backward}. */
    double[] screenGradient(int i) {
        double[] out = new double[Footprint.SCREEN];
        if (radii[i] > 0) {
            Footprint f = new Footprint(camera);
            f.project(gaussians, i);
            f.shade(gaussians, i, degree);
            screen(i, f, out);
        }
        return out;
    }

    /** Pixels that a Gaussian reaches from its centre, 0 if it is not seen; of what was prepared. */
    int radius(int i) {
        return radii[i];
    }

    private void begin(TileWalk walk, int tile) {
        walk.begin(tile, columns, camera.width(), camera.height());
    }
}
