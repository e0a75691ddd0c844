package panst3r.magics.commands;

import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What all tables of a scene take. */
final class RowsOfScene {
    @Parameters(arity = "0..1", paramLabel = "SCENE", description = "Which scene; default: the latest.")
    String scene;

    @Option(
            names = "--where",
            arity = "1..*",
            paramLabel = "CONDITION",
            description = "Only rows that meet it: class = chair and confidence > 3. Knows = != < <= > >= contains in"
                    + " and or not ( ).")
    private List<String> words;

    /** The condition, or null. */
    String where() {
        return words == null ? null : String.join(" ", words);
    }
}
