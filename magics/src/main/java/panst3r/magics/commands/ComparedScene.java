package panst3r.magics.commands;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What all comparisons of merges take. */
final class ComparedScene {
    @Parameters(arity = "0..1", paramLabel = "SCENE", description = "Which scene; default: the latest.")
    String scene;

    @Option(
            names = "--set",
            paramLabel = "OPTION=VALUE",
            description = "Set an option of every strategy that has it: --set lambda=0.01; as often as wanted.")
    Map<String, String> set = new LinkedHashMap<>();

    @Option(
            names = "--truth",
            paramLabel = "FOLDER",
            description =
                    "Ground truth to measure PQ, SQ and RQ against; default: that of the photos’ folder, if there is"
                            + " one.")
    String truth;

    @Option(names = "--save", paramLabel = "FILE", description = "Write the figure there, too.")
    String file;
}
