package panst3r.evaluation;

import java.util.List;
import java.util.Set;
import panst3r.metrics.ClassSplit;
import panst3r.metrics.GroundTruth.MeasuredView;
import panst3r.rooms.RoomCamera;
import panst3r.rooms.RoomView;

/**
 * Measures made-up views one by one, in as little heap as one likes:
 *
 * <pre>{@code java -Xmx160m -cp … panst3r.evaluation.StreamingBench 1000 512 384}</pre>
 *
 * Prints how much heap is in use after a collection at a tenth of the views and at all of them.
 */
final class StreamingBench {
    private static final int INSTANCES = 40;

    private StreamingBench() {}

    public static void main(String[] args) {
        int views = Integer.parseInt(args[0]);
        int width = Integer.parseInt(args[1]);
        int height = Integer.parseInt(args[2]);
        ClassSplit split = new ClassSplit(Set.of(2, 3, 4), Set.of(1));
        RunningEvaluation running = new RunningEvaluation(
                "made up", List.of("wall", "chair", "table", "lamp"), split, (long) views * width * height, true);
        long start = System.nanoTime();
        for (int v = 0; v < views; v++) {
            MeasuredView truth = truth(v, width, height);
            running.add(predicted(v, truth), truth);
            if (v + 1 == views / 10 || v + 1 == views) {
                System.gc();
                Runtime java = Runtime.getRuntime();
                System.out.printf(
                        "%d views, %.0f s, heap %d MB%n",
                        v + 1, (System.nanoTime() - start) / 1e9, (java.totalMemory() - java.freeMemory()) >> 20);
            }
        }
        SceneEvaluation e = running.finish(id -> 1.0 / (id + 1));
        System.out.printf(
                "PQ %.4f, AP %.4f, views %d, points %s%n",
                e.panoptic().orElseThrow().all().pq(),
                e.instances().orElseThrow().ap(),
                e.views().size(),
                e.points().isPresent());
    }

    /** A wall three metres away with things on it that lie elsewhere in every view. */
    private static MeasuredView truth(int v, int width, int height) {
        int n = width * height;
        int[] ids = new int[n];
        int[] classes = new int[n];
        int[] pixels = new int[n];
        float[] depth = new float[n];
        for (int i = 0; i < n; i++) {
            int cell = (i % width / 32 + 7 * (i / width / 32) + v) % (2 * INSTANCES);
            ids[i] = cell < INSTANCES ? cell + 1 : 0;
            classes[i] = ids[i] == 0 ? 1 : 2 + ids[i] % 3;
            pixels[i] = i;
            depth[i] = 3 + ids[i] * 0.01f;
        }
        double[] pose = {1, 0, 0, 0.01 * v, 0, 1, 0, 0.02 * (v % 7), 0, 0, 1, 0.03 * (v % 5), 0, 0, 0, 1};
        RoomCamera camera = new RoomCamera(width, height, 400, 400, width / 2.0, height / 2.0, pose);
        return new MeasuredView(v, new RoomView("v" + v, camera, new byte[3 * n], depth, ids), pixels, classes, ids);
    }

    /** The truth, a few columns to the left. */
    private static RunningEvaluation.PredictedView predicted(int v, MeasuredView truth) {
        int width = truth.truth().width();
        int n = truth.pixels().length;
        int[] ids = new int[n];
        int[] classes = new int[n];
        float[] points = new float[3 * n];
        for (int i = 0; i < n; i++) {
            int from = Math.min(n - 1, i + 3);
            ids[i] = truth.instances()[from];
            classes[i] = truth.classes()[from];
            double[] p = truth.truth()
                    .camera()
                    .unproject(i % width, i / width, truth.truth().depth()[from]);
            for (int a = 0; a < 3; a++) {
                points[3 * i + a] = (float) p[a];
            }
        }
        return new RunningEvaluation.PredictedView(
                v,
                truth.truth().name(),
                width,
                truth.truth().height(),
                classes,
                ids,
                truth.truth().depth(),
                points,
                400,
                truth.truth().camera().cameraToWorld());
    }
}
