package panst3r.retrieval;

import ai.djl.ndarray.NDArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import panst3r.Progress;
import panst3r.UserCache;
import panst3r.nn.Scope;

/**
 * Images by the mean of their tokens: the cosine between the means, each taken from the mean of all images, because
 * encoders add much the same to every image. A sensible default where there are no weights for {@link Retrieval}.
 */
public final class PooledFeatures implements ImageMatcher {
    /** The mean, [D]. */
    @Override
    public ByteBuffer descriptor(NDArray tokens) {
        float[][] mean = new float[1][];
        Scope.free(() -> mean[0] = tokens.mean(new int[] {0}).toFloatArray());
        ByteBuffer out = ByteBuffer.allocate(4 * mean[0].length).order(ByteOrder.nativeOrder());
        out.asFloatBuffer().put(mean[0]);
        return out;
    }

    @Override
    public byte[] identity() {
        return UserCache.digest().digest("mean of all tokens".getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Similarity similarity(List<ByteBuffer> descriptors, Progress progress) {
        List<float[]> means = new ArrayList<>();
        for (ByteBuffer of : descriptors) {
            float[] mean = new float[of.remaining() / 4];
            of.duplicate().order(ByteOrder.nativeOrder()).asFloatBuffer().get(mean);
            means.add(mean);
        }
        return compare(means);
    }

    @Override
    public int width() {
        return 0;
    }

    @Override
    public String description() {
        return "cosine of pooled encoder features";
    }

    private Similarity compare(List<float[]> means) {
        int v = means.size();
        int d = means.get(0).length;
        double[] centre = new double[d];
        for (float[] mean : means) {
            for (int j = 0; j < d; j++) {
                centre[j] += mean[j] / (double) v;
            }
        }
        double[][] rows = new double[v][d];
        for (int i = 0; i < v; i++) {
            double length = 1e-12;
            for (int j = 0; j < d; j++) {
                rows[i][j] = means.get(i)[j] - centre[j];
                length += rows[i][j] * rows[i][j];
            }
            for (int j = 0; j < d; j++) {
                rows[i][j] /= Math.sqrt(length);
            }
        }
        double[] scores = new double[v * v];
        for (int a = 0; a < v; a++) {
            Progress.stopIfInterrupted("Comparing images");
            for (int b = 0; b <= a; b++) {
                double dot = 0;
                for (int j = 0; j < d; j++) {
                    dot += rows[a][j] * rows[b][j];
                }
                scores[a * v + b] = dot;
                scores[b * v + a] = dot;
            }
        }
        return new Similarity(v, scores, description());
    }
}
