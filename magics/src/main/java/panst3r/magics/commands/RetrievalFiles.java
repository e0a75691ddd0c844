package panst3r.magics.commands;

import panst3r.PanSt3RException;
import panst3r.magics.RetrievalChoice;
import picocli.CommandLine.Option;

/** Where retrieval weights are, if not in the checkpoint. */
final class RetrievalFiles {
    @Option(
            names = "--retrieval-weights",
            paramLabel = "FILE",
            description = "MUSt3R's retrieval weights (…_retrieval_trainingfree.pth). Default: those of the checkpoint;"
                    + " without any, photos are compared by pooled encoder features.")
    private String weights;

    @Option(
            names = "--codebook",
            paramLabel = "FILE",
            description = "Their codebook. Default: …_codebook.pkl beside them.")
    private String codebook;

    boolean given() {
        return weights != null || codebook != null;
    }

    /** @throws PanSt3RException if what belongs to {@code --retrieval} stands without it, or it without a number */
    void check(boolean retrieval, Long seed, Integer keyframes) {
        if (!retrieval && (given() || seed != null)) {
            throw new PanSt3RException(
                    "--seed, --retrieval-weights and --codebook are those of --retrieval, which is not said.");
        }
        if (retrieval && keyframes == null) {
            throw new PanSt3RException("--retrieval chooses keyframes; say how many with --keyframes K.");
        }
    }

    RetrievalChoice choice() {
        return new RetrievalChoice(weights, codebook);
    }
}
