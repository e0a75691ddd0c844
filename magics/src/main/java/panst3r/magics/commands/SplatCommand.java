package panst3r.magics.commands;

import panst3r.PanSt3RException;
import panst3r.magics.Session;
import panst3r.magics.novel.Splats;
import panst3r.splat.DenseStart;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "splat",
        description =
                "Fit Gaussians to the photos of a scene, so that it can be seen from new cameras. What is reached stays"
                        + " if you interrupt it.")
final class SplatCommand extends SessionCommand {
    @Parameters(arity = "0..1", paramLabel = "SCENE", description = "Which scene; default: the latest.")
    private String scene;

    @Option(names = "--steps", paramLabel = "N", description = "How many steps, a photo each. Default: 300.")
    private Integer steps;

    @Option(
            names = "--every",
            paramLabel = "K",
            description = "Start from every K-th row and column of pixels. Default: 2.")
    private Integer every;

    @Option(
            names = "--degree",
            paramLabel = "D",
            description = "Of the spherical harmonics, 0 to 3: how much colours may depend on the side. Default: 1.")
    private Integer degree;

    @Option(
            names = "--min-confidence",
            paramLabel = "C",
            description =
                    "Start from points of this confidence or more. Default: 1.5, less where the model is nowhere so sure.")
    private Double minConfidence;

    @Option(names = "--refine-cameras", description = "Let the cameras move, too, all but the first.")
    private boolean refine;

    @Option(
            names = "--densify",
            description = "Clone and split Gaussians where the pictures ask for it, and remove those that show little.")
    private boolean densify;

    @Option(names = "--more", description = "Go on with the fit before.")
    private boolean more;

    @Option(
            names = "--from",
            paramLabel = "FILE",
            description = "Take the Gaussians of a .ply file instead of fitting any, or a fit kept as .safetensors:"
                    + " --more goes on with it.")
    private String from;

    @Option(
            names = "--to",
            paramLabel = "FILE",
            description =
                    "Write a .ply that viewers of splats open, too; or as .safetensors the fit, to go on with later.")
    private String to;

    SplatCommand(Session session) {
        super(session);
    }

    @Override
    public Object call() {
        boolean starts = every != null || degree != null || minConfidence != null || refine || densify;
        if ((more || from != null) && starts || more && from != null || from != null && steps != null) {
            throw new PanSt3RException(
                    "--more and --from FILE start nothing anew, so they go with no option of a start;"
                            + " leave one of them out.");
        }
        if (to != null) {
            Splats.checkEnding(to);
        }
        DenseStart start = DenseStart.DEFAULT;
        start = every == null ? start : start.withEvery(every);
        start = degree == null ? start : start.withDegree(degree);
        start = minConfidence == null ? start : start.withMinConfidence(minConfidence);
        Splats out = from == null
                ? session.splatting().splat(scene, steps, start, refine, densify, more)
                : session.splatting().read(scene, from);
        if (to != null) {
            session.written(to, out::save);
        }
        return out;
    }
}
