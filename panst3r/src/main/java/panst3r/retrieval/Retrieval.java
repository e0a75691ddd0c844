package panst3r.retrieval;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import panst3r.Progress;
import panst3r.checkpoint.Checkpoint;
import panst3r.checkpoint.TensorData;

/**
 * Image retrieval as the authors of MUSt3R trained it: local features of the encoder, visual words, binary ASMK
 * (retrieval.md).
 *
 * <pre>{@code
 * try (Retrieval retrieval = Retrieval.open(Path.of("MUSt3R_512_retrieval_trainingfree.pth"), null)) {
 *     Keyframes keyframes = new RetrievalKeyframes(20, retrieval, 0);
 * }
 * }</pre>
 *
 * Holds native memory until closed.
 */
public final class Retrieval implements ImageMatcher, AutoCloseable {
    private final RetrievalFile file;
    private final NDManager manager;
    private final LocalFeatures features;
    private final Codebook codebook;
    private final Asmk asmk;
    private byte[] identity; // made when first asked for

    Retrieval(RetrievalFile file) {
        this.file = file;
        manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        features = new LocalFeatures(file.weights(), file.sizes().size(), file.residual(), file.features(), manager);
        TensorData centroids = file.centroids();
        codebook = new Codebook(
                centroids.toFloats(),
                (int) centroids.shape()[0],
                (int) centroids.shape()[1],
                manager);
        asmk = new Asmk(codebook.width(), file.threshold(), file.alpha());
    }

    /**
     * From MUSt3R's separate files, or from a checkpoint.
     *
     * @param codebook or null for the one in the same file, or beside it: {@code …_trainingfree.pth} and
     *     {@code …_codebook.pkl}
     * @throws panst3r.PanSt3RException if they are missing or do not fit together
     */
    public static Retrieval open(Path weights, Path codebook) {
        return new Retrieval(RetrievalFile.read(weights, codebook));
    }

    /** Of a checkpoint that holds it. */
    public static Optional<Retrieval> of(Checkpoint checkpoint) {
        return checkpoint.retrieval().map(r -> new Retrieval(RetrievalFile.of(checkpoint.file(), r)));
    }

    @Override
    public int width() {
        return file.width();
    }

    @Override
    public String description() {
        return "retrieval (ASMK, " + file.centroids().shape()[0] + " visual words)";
    }

    /** The words that the image has in the database, and those that it asks with. */
    @Override
    public ByteBuffer descriptor(NDArray tokens) {
        float[] chosen = features.forward(tokens).features();
        int most = Math.max(file.databaseWords(), file.queryWords());
        int[] nearest = codebook.nearest(chosen, most);
        Words database = words(chosen, nearest, most, file.databaseWords());
        Words query = words(chosen, nearest, most, file.queryWords());
        ByteBuffer out = ByteBuffer.allocate(database.bytes() + query.bytes()).order(ByteOrder.nativeOrder());
        database.write(out);
        query.write(out);
        return out.flip();
    }

    @Override
    public synchronized byte[] identity() {
        if (identity == null) {
            identity = file.digest();
        }
        return identity.clone();
    }

    @Override
    public Similarity similarity(List<ByteBuffer> descriptors, Progress progress) {
        List<Words> database = new ArrayList<>();
        List<Words> queries = new ArrayList<>();
        for (ByteBuffer descriptor : descriptors) {
            ByteBuffer in = descriptor.duplicate().order(ByteOrder.nativeOrder());
            database.add(Words.read(in, codebook.width()));
            queries.add(Words.read(in, codebook.width()));
        }
        int words = (int) file.centroids().shape()[0];
        return new Similarity(database.size(), asmk.scores(queries, database, words, progress), description());
    }

    /** @param k of the {@code most} nearest words that were found for each feature, how many count */
    private Words words(float[] chosen, int[] nearest, int most, int k) {
        int n = chosen.length / codebook.width();
        int found = n == 0 ? 0 : nearest.length / n;
        int used = Math.min(k, found);
        int[] some = new int[n * used];
        for (int i = 0; i < n; i++) {
            System.arraycopy(nearest, i * found, some, i * used, used);
        }
        return Words.of(codebook, chosen, some, used);
    }

    LocalFeatures features() {
        return features;
    }

    Codebook codebook() {
        return codebook;
    }

    @Override
    public void close() {
        manager.close();
    }
}
