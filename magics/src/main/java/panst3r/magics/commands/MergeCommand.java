package panst3r.magics.commands;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import panst3r.magics.Session;
import panst3r.merge.Merge;
import panst3r.merge.MergeStrategy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Its options are those of all strategies; each strategy says itself what it does not take. */
@Command(
        name = "merge",
        description = "Turn the masks of all queries into segments, anew and with other settings; the network does not"
                + " run.")
final class MergeCommand extends SessionCommand {
    @Parameters(arity = "0..1", paramLabel = "SCENE", description = "Which scene; default: the latest.")
    private String scene;

    @Option(names = "--strategy", paramLabel = "NAME", description = "Default: the one that the model's authors chose.")
    private String strategy;

    @Spec
    private CommandSpec spec;

    MergeCommand(Session session) {
        super(session);
    }

    static void addStrategyOptions(CommandSpec merge) {
        Map<String, panst3r.merge.Option> options = new TreeMap<>();
        Map<String, List<String>> takers = new LinkedHashMap<>();
        for (MergeStrategy strategy : Merge.all()) {
            for (panst3r.merge.Option option : strategy.options()) {
                options.putIfAbsent(option.name(), option);
                takers.merge(option.name(), List.of(strategy.name() + " " + option.initial()), MergeCommand::joined);
            }
        }
        options.forEach((name, option) -> merge.addOption(OptionSpec.builder("--" + name)
                .type(String.class)
                .paramLabel("VALUE")
                .description(option.description() + " " + option.range() + ". Default: "
                        + String.join(", ", takers.get(name)) + ".")
                .build()));
    }

    private static List<String> joined(List<String> a, List<String> b) {
        List<String> out = new java.util.ArrayList<>(a);
        out.addAll(b);
        return out;
    }

    @Override
    public Object call() {
        Map<String, String> options = new LinkedHashMap<>();
        for (OptionSpec option : spec.options()) {
            if (option.userObject() == null && option.getValue() instanceof String value) {
                options.put(option.longestName().substring(2), value);
            }
        }
        return session.merge(scene, strategy, options);
    }
}
