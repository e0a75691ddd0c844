package panst3r.magics.commands;

import java.util.List;
import panst3r.magics.EvaluationChoice;
import panst3r.magics.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "evaluate",
        description = "Run the network over whole data sets and measure every scene; goes on where it was interrupted.")
final class EvaluateCommand extends SessionCommand {
    @Parameters(
            arity = "1..*",
            paramLabel = "DATASET",
            description =
                    "Folders: rooms with ground truth, Panoptic Lifting's scenes, ScanNet++, or one scene of them.")
    private List<String> datasets;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where the results go, in a folder for each data set. Default: evaluation.")
    private String out;

    @Option(names = "--overwrite", description = "Begin anew, whatever was measured before.")
    private boolean overwrite;

    @Option(
            names = "--photos",
            paramLabel = "N",
            description = "At most so many of each scene, evenly spaced. Default: all.")
    private Integer photos;

    @Option(
            names = "--keyframes",
            paramLabel = "K",
            description =
                    "How many photos the memory is built from, evenly spaced unless --retrieval is said. Default: all.")
    private Integer keyframes;

    @Option(
            names = "--retrieval",
            description = "Choose the keyframes by how alike the photos are, so that they lie far apart.")
    private boolean retrieval;

    @Mixin
    private RetrievalFiles files;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Of the photo that the choice by --retrieval begins with. Default: 0.")
    private Long seed;

    @Option(
            names = "--batch",
            paramLabel = "B",
            description = "How many photos go through the network at once. Changes time and memory, not the result.")
    private Integer batch;

    @Option(
            names = "--merge",
            paramLabel = "STRATEGY",
            description =
                    "How masks are merged, perhaps with options after colons. Default: as the model's authors chose.")
    private String merge;

    @Option(
            names = "--refine",
            paramLabel = "N",
            description = "How often the keyframes pass through the memory again. Default: 0.")
    private Integer refine;

    @Option(names = "--size", paramLabel = "S", description = "Long side of the working images. Default: the model's.")
    private Integer size;

    @Option(
            names = "--vocabulary",
            paramLabel = "NAME|FILE",
            description =
                    "What to look for: truth for the classes of each data set, a list that ships, or a file with a name"
                            + " a line. Default: what the model looks for now.")
    private String vocabulary;

    @Option(names = "--text", paramLabel = "FOLDER", description = "Text encoder for it. Default: the one named last.")
    private String text;

    @Option(
            names = "--split",
            paramLabel = "SPLIT",
            description = "test, train or all, where a data set has such lists. Default: test.")
    private String split;

    @Option(names = "--count-rare", description = "Let classes count that are rare in a scene.")
    private boolean countRare;

    EvaluateCommand(Session session) {
        super(session);
    }

    @Override
    public Object call() {
        files.check(retrieval, seed, keyframes);
        EvaluationChoice choice = EvaluationChoice.of(datasets);
        choice = out == null ? choice : choice.out(out);
        choice = vocabulary == null && text == null ? choice : choice.vocabulary(vocabulary, text);
        choice = split == null ? choice : choice.split(split);
        choice = photos == null ? choice : choice.photos(photos);
        choice = retrieval ? choice.retrieval(files.choice(), seed == null ? 0 : seed) : choice;
        return session.evaluate(choice.keyframes(keyframes)
                .batch(batch)
                .merge(merge)
                .refine(refine == null ? 0 : refine)
                .size(size)
                .countRare(countRare)
                .overwrite(overwrite));
    }
}
