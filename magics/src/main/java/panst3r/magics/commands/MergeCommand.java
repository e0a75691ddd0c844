package panst3r.magics.commands;

import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import panst3r.magics.Session;
import panst3r.merge.Merge;
import panst3r.merge.MergeStrategy;
import panst3r.scene.Scene;
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

    @Option(
            names = "--clean",
            description =
                    "Then let the Gaussians of %%panst3r splat outvote what one photo got wrong and the others right.")
    private boolean clean;

    @Spec
    private CommandSpec spec;

    MergeCommand(Session session) {
        super(session);
    }

    static void addStrategyOptions(CommandSpec merge) {
        Map<String, panst3r.merge.Option> options = new TreeMap<>();
        Map<String, String> defaults = new HashMap<>();
        for (MergeStrategy strategy : Merge.all()) {
            for (panst3r.merge.Option option : strategy.options()) {
                options.putIfAbsent(option.name(), option);
                defaults.merge(option.name(), strategy.name() + " " + option.initial(), (all, one) -> all + ", " + one);
            }
        }
        options.forEach((name, option) -> merge.addOption(OptionSpec.builder("--" + name)
                .type(String.class)
                .paramLabel("VALUE")
                .description(sentence(option.description()) + " " + sentence(option.range()) + " Default: "
                        + defaults.get(name) + ".")
                .build()));
    }

    private static String sentence(String text) {
        String end = text.endsWith(".") ? "" : ".";
        return Character.toUpperCase(text.charAt(0)) + text.substring(1) + end;
    }

    @Override
    public Object call() {
        Map<String, String> options = new LinkedHashMap<>();
        for (OptionSpec option : spec.options()) {
            boolean declared = option.userObject() instanceof Field;
            if (!declared && option.getValue() instanceof String value) {
                options.put(option.longestName().substring(2), value);
            }
        }
        if (clean) {
            session.splatting().splats(scene); // which says so if there are none, before anything is merged
        }
        Scene merged = session.merge(scene, strategy, options);
        return clean ? session.splatting().clean(scene) : merged;
    }
}
