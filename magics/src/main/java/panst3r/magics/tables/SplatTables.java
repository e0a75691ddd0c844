package panst3r.magics.tables;

import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import panst3r.Progress;
import panst3r.merge.Panoptic;
import panst3r.metrics.GroundTruth;
import panst3r.metrics.LabelCounts;
import panst3r.metrics.PanopticQuality;
import panst3r.scene.Scene;
import panst3r.splat.Gaussians;
import panst3r.splat.NovelViewQuality;
import panst3r.splat.NovelViewQuality.Labels;
import panst3r.splat.SplatScene;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.FloatColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** A scene's Gaussians as tables, in the unit and frame of {@link Tables}. */
public final class SplatTables {
    private static final double Y0 = 0.28209479177387814;

    private SplatTables() {}

    /**
     * One row a Gaussian: place, standard deviations along its own axes, opacity, colour from all sides, segment (0 void; of
     * those that no photo sees, too).
     *
     * @param sample at most so many, each equally likely
     */
    public static Table gaussians(SplatScene scene, int sample, long seed, Progress progress) {
        Gaussians g = scene.gaussians();
        int[] rows = rows(g.size(), sample, seed);
        int[] segment = new int[g.size()];
        scene.labels(progress).ifPresent(field -> {
            int[] labels = field.labels();
            int[] origin = field.origin();
            for (int i = 0; i < origin.length; i++) {
                segment[origin[i]] = labels[i];
            }
        });
        IntColumn id = IntColumn.create("gaussian", rows.length);
        List<FloatColumn> numbers =
                List.of("x", "y", "z", "size_0", "size_1", "size_2", "opacity", "red", "green", "blue").stream()
                        .map(name -> FloatColumn.create(name, rows.length))
                        .toList();
        IntColumn segments = IntColumn.create("segment", rows.length);
        int k = 3 * Gaussians.coefficients(g.degree());
        for (int row = 0; row < rows.length; row++) {
            int i = rows[row];
            id.set(row, i);
            for (int c = 0; c < 3; c++) {
                numbers.get(c).set(row, g.means()[3 * i + c]);
                numbers.get(3 + c).set(row, (float) Math.exp(g.logScales()[3 * i + c]));
                numbers.get(7 + c).set(row, (float) Math.max(0, 0.5 + Y0 * g.sh()[k * i + c]));
            }
            numbers.get(6).set(row, (float) g.opacity(i));
            segments.set(row, segment[i]);
        }
        String name = rows.length == g.size()
                ? "gaussians"
                : String.format("gaussians: a sample of %,d of %,d, seed %d", rows.length, g.size(), seed);
        return Table.create(name, id)
                .addColumns(numbers.toArray(FloatColumn[]::new))
                .addColumns(segments);
    }

    private static int[] rows(int n, int sample, long seed) {
        if (sample >= n) {
            return IntStream.range(0, n).toArray();
        }
        SplittableRandom random = new SplittableRandom(seed);
        int[] out = new int[sample];
        int at = 0;
        for (int i = 0; at < sample; i++) {
            if (random.nextInt(n - i) < sample - at) {
                out[at++] = i;
            }
        }
        return out;
    }

    /**
     * One row a photo: how like it is to the picture of the Gaussians with its camera, how many of its pixels they cover
     * ({@code seen}), how many have the label there that the merge gave them, and the panoptic quality of these labels: the
     * papers', which forgives what is void, and the strict one.
     *
     * @param truth of the scene, or null
     */
    public static Table views(SplatScene scene, GroundTruth truth, Progress progress) {
        List<SplatScene.Likeness> likeness = scene.photos(progress);
        int n = likeness.size();
        IntColumn view = IntColumn.create("view", n);
        StringColumn file = StringColumn.create("file", n);
        DoubleColumn psnr = DoubleColumn.create("psnr", n);
        DoubleColumn ssim = DoubleColumn.create("ssim", n);
        DoubleColumn covered = DoubleColumn.create("seen", n);
        DoubleColumn same = DoubleColumn.create("same_label", n);
        DoubleColumn quality = DoubleColumn.create("pq", n);
        DoubleColumn strict = DoubleColumn.create("strict_pq", n);
        Panoptic seen = scene.labels(progress)
                .map(field -> field.shown(scene.scene(), scene.cameras(), progress))
                .flatMap(Scene::panoptic)
                .orElse(null);
        for (int v = 0; v < n; v++) {
            view.set(v, v);
            file.set(v, scene.scene().view(v).photo().name());
            psnr.set(v, likeness.get(v).psnr());
            ssim.set(v, likeness.get(v).ssim());
            covered.set(v, likeness.get(v).seen());
            if (seen != null) {
                int[] merged = scene.scene().labelMap(v);
                int[] labels = seen.ids().get(v);
                long equal = IntStream.range(0, merged.length)
                        .filter(i -> merged[i] == labels[i])
                        .count();
                same.set(v, equal / (double) merged.length);
            }
        }
        if (seen != null && truth != null) {
            for (GroundTruth.MeasuredView measured : truth.views()) {
                LabelCounts counts = truth.counts(seen, List.of(measured));
                quality.set(
                        measured.index(), PanopticQuality.of(counts, true).all().pq());
                strict.set(
                        measured.index(), PanopticQuality.strict(counts).all().pq());
            }
        }
        Table out = Table.create("splat views", view, file, psnr, ssim, covered, same);
        return truth == null ? out : out.addColumns(quality, strict);
    }

    /**
     * Pictures at cameras held out.
     *
     * @param room that they are of
     * @param cameras what was fitted to: the truth, or what a model made of the photos
     */
    public record Held(String room, String cameras, NovelViewQuality quality) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%s at cameras held out, %s: PSNR %.1f dB, SSIM %.3f, PQ %.1f, strict %.1f, mIoU %.1f",
                    room,
                    cameras,
                    quality.psnr(),
                    quality.ssim(),
                    100 * quality.labels().map(Labels::pq).orElse(Double.NaN),
                    100 * quality.labels().map(Labels::strictPq).orElse(Double.NaN),
                    100 * quality.labels().map(Labels::miou).orElse(Double.NaN));
        }
    }

    /**
     * One row a photo that was held out: how far its camera is from the nearest that was fitted to, what the picture there is
     * worth, how much of it the Gaussians cover, and, as {@code psnr_seen}, its PSNR over what they cover alone: what no photo
     * saw cannot be right. Likewise {@code pq} forgives what is left void, and {@code strict_pq} does not.
     */
    public static Table quality(List<Held> all) {
        StringColumn room = StringColumn.create("room");
        StringColumn cameras = StringColumn.create("fitted_to");
        StringColumn file = StringColumn.create("file");
        List<DoubleColumn> numbers =
                List.of("distance", "angle", "psnr", "psnr_seen", "ssim", "seen", "pq", "strict_pq", "miou").stream()
                        .map(DoubleColumn::create)
                        .toList();
        for (Held held : all) {
            for (NovelViewQuality.View v : held.quality.views()) {
                room.append(held.room);
                cameras.append(held.cameras);
                file.append(v.name());
                double[] row = {
                    v.distance(),
                    v.angle(),
                    v.psnr(),
                    v.seenPsnr(),
                    v.ssim(),
                    v.seen(),
                    v.labels().map(Labels::pq).orElse(Double.NaN),
                    v.labels().map(Labels::strictPq).orElse(Double.NaN),
                    v.labels().map(Labels::miou).orElse(Double.NaN),
                };
                for (int k = 0; k < row.length; k++) {
                    numbers.get(k).append(row[k]);
                }
            }
        }
        String name = all.stream().map(Held::toString).collect(Collectors.joining("; "));
        return Table.create(name, room, cameras, file).addColumns(numbers.toArray(DoubleColumn[]::new));
    }
}
