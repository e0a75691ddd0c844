package panst3r.magics;

import java.nio.file.Path;
import panst3r.PanSt3RException;
import panst3r.magics.display.CellProgress;
import panst3r.retrieval.ImageMatcher;
import panst3r.retrieval.PooledFeatures;
import panst3r.retrieval.Retrieval;

/**
 * By what photos are compared.
 *
 * @param weights MUSt3R's retrieval weights, or null for those of the checkpoint
 * @param codebook their codebook, or null for the one in the same file or beside it
 */
public record RetrievalChoice(String weights, String codebook) {
    /** The checkpoint's own. */
    public static final RetrievalChoice OWN = new RetrievalChoice(null, null);

    public RetrievalChoice {
        if (weights == null && codebook != null) {
            throw new PanSt3RException("--codebook is that of --retrieval-weights FILE, which is not given.");
        }
    }

    /**
     * What compares the photos: weights of a file or of the checkpoint, or pooled features, which is said.
     *
     * @throws PanSt3RException if the file cannot be used, or is of another encoder
     */
    ImageMatcher matcher(Model model, CellProgress progress) {
        ImageMatcher matcher;
        if (weights != null) {
            Path book = codebook == null ? null : Words.path(codebook);
            matcher = Retrieval.open(Words.path(weights), book);
        } else if (model.retrieval().isPresent()) {
            matcher = model.retrieval().get();
        } else {
            progress.note("This checkpoint has no retrieval weights, so photos are compared by pooled encoder features;"
                    + " name those of MUSt3R with --retrieval-weights FILE.");
            return new PooledFeatures();
        }
        int width = model.network().config().encoder().embedDim();
        if (matcher.width() != width) {
            done(matcher);
            throw new PanSt3RException(
                    "These retrieval weights are of an encoder with features of width " + matcher.width()
                            + ", but this model's are of width " + width + "; take those of its own encoder.");
        }
        return matcher;
    }

    /** Frees what {@link #matcher} opened. */
    void done(ImageMatcher matcher) {
        if (weights != null && matcher instanceof Retrieval opened) {
            opened.close();
        }
    }
}
