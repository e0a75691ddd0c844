package panst3r.magics.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import panst3r.PanSt3RException;
import panst3r.magics.Session;
import panst3r.magics.display.HelpPage;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code %panst3r}: reads a line and runs the sub-command that it names. */
@Command(
        name = "%panst3r",
        description = "From a folder of photos to a panoptic 3D scene.",
        subcommands = {
            ModelCommand.class,
            OpenCommand.class,
            RunCommand.class,
            CacheCommand.class,
            SimilarityCommand.class,
            MergeCommand.class,
            ClassesCommand.class,
            FindCommand.class,
            CompareCommand.class,
            SweepCommand.class,
            PlotCommand.class,
            ShowCommand.class,
            PickedCommand.class,
            FigureCommand.class,
            SegmentsCommand.class,
            MasksCommand.class,
            CamerasCommand.class,
            PointsCommand.class,
            MetricsCommand.class,
            EvaluateCommand.class,
            ScenesCommand.class,
            InfoCommand.class,
            ExportCommand.class,
            SplatCommand.class,
            NovelCommand.class,
            GaussiansCommand.class,
            SplatViewsCommand.class,
            SplatQualityCommand.class,
            SaveCommand.class,
            LoadCommand.class,
            ExerciseCommand.class,
            TruthCommand.class,
            LastErrorCommand.class,
        })
public final class PanSt3RCommand {
    private final CommandLine commands;

    public PanSt3RCommand(Session session) {
        CommandLine.tracer().setLevel(CommandLine.TraceLevel.OFF); // its warnings would stand in red under the cell
        commands = new CommandLine(this, new Factory(session));
        commands.addSubcommand("help", new Help(commands));
        MergeCommand.addStrategyOptions(commands.getSubcommands().get("merge").getCommandSpec());
        commands.setUnmatchedOptionsAllowedAsOptionParameters(false);
        commands.setAbbreviatedOptionsAllowed(true);
    }

    /**
     * @param args the words after {@code %panst3r}
     * @return the command's value
     * @throws PanSt3RException with one sentence if the words cannot be understood
     */
    public Object run(List<String> args) throws Exception {
        if (args.isEmpty() || args.equals(List.of("--help")) || args.equals(List.of("-h"))) {
            return new HelpPage(commands.getCommandSpec());
        }
        if (args.contains("")) {
            throw new PanSt3RException(
                    "An empty word, “”, says nothing to %panst3r; leave it out."); // picocli fails on it
        }
        ParseResult result;
        try {
            result = commands.parseArgs(args.toArray(String[]::new));
        } catch (ParameterException e) {
            throw new PanSt3RException(sentence(e), e);
        }
        CommandLine called = result.subcommand().commandSpec().commandLine();
        if (called.isUsageHelpRequested()) {
            return new HelpPage(called.getCommandSpec());
        }
        return ((Callable<?>) called.getCommand()).call();
    }

    private static String sentence(ParameterException e) {
        CommandLine at = e.getCommandLine();
        String name = at.getCommandSpec().qualifiedName(" ");
        String help = at.getParent() == null ? "%panst3r help lists all." : name + " --help tells more.";
        if (e.getCause() instanceof IndexOutOfBoundsException) {
            return name + " does not know what to do with the empty word “”; "
                    + help; // picocli looks at its first letter
        }
        if (e instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            String typed = unmatched.getUnmatched().get(0);
            List<String> near = unmatched.getSuggestions().stream()
                    .map(s -> s.replaceFirst("^" + Pattern.quote(name) + " ", ""))
                    .limit(2)
                    .toList();
            boolean command = at.getParent() == null;
            String kind = command ? "command" : typed.startsWith("-") ? "option" : "place";
            String what = kind.equals("place")
                    ? name + " does not know what to do with “" + typed + "”"
                    : "There is no " + kind + " “" + typed + "” in " + name;
            return what + (near.isEmpty() ? "; " : "; did you mean " + String.join(" or ", near) + "? ") + help;
        }
        if (e instanceof MissingParameterException missing) {
            List<String> lacking = new ArrayList<>();
            for (ArgSpec arg : missing.getMissing()) {
                lacking.add(
                        arg.isOption() ? ((OptionSpec) arg).longestName() + " " + arg.paramLabel() : arg.paramLabel());
            }
            return name + " needs " + String.join(" and ", lacking) + "; " + help;
        }
        if (e.getArgSpec() != null && e.getValue() != null) {
            String type = e.getArgSpec().type().getSimpleName().toLowerCase(Locale.ROOT);
            String wanted = type.startsWith("int") || type.equals("long")
                    ? "a whole number"
                    : type.equals("double") ? "a number" : "something else";
            String option = e.getArgSpec().isOption()
                    ? ((OptionSpec) e.getArgSpec()).longestName()
                    : e.getArgSpec().paramLabel();
            return name + " takes " + wanted + " for " + option + ", not “" + e.getValue() + "”; " + help;
        }
        return name + ": "
                + e.getMessage()
                        .replaceFirst("^Error: ", "")
                        .replaceAll("\\s*\\R\\s*", " ")
                        .replaceFirst("\\.?$", "; ") + help;
    }

    /** Makes the commands, which need the session that they work on. */
    private record Factory(Session session) implements CommandLine.IFactory {
        @Override
        public <K> K create(Class<K> type) throws Exception {
            if (SessionCommand.class.isAssignableFrom(type)) {
                return type.cast(type.getDeclaredConstructor(Session.class).newInstance(session));
            }
            return CommandLine.defaultFactory().create(type);
        }
    }

    @Command(name = "help", description = "All commands, or one of them.")
    private static final class Help implements Callable<Object> {
        private final CommandLine commands;

        @CommandLine.Parameters(arity = "0..1", paramLabel = "COMMAND", description = "The command to explain.")
        private String command;

        Help(CommandLine commands) {
            this.commands = commands;
        }

        @Override
        public Object call() {
            if (command == null) {
                return new HelpPage(commands.getCommandSpec());
            }
            CommandLine asked = commands.getSubcommands().get(command);
            if (asked == null) {
                throw new PanSt3RException("There is no command “" + command + "”; %panst3r help lists all.");
            }
            return new HelpPage(asked.getCommandSpec());
        }
    }
}
