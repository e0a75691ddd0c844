package panst3r.install;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** What {@code java -jar panst3r-kernel-ext-….jar} runs. */
@Command(
        name = "panst3r",
        description = "Makes PanSt3R available to Jupyter.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {InstallCommand.class, IJavaCommand.class})
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(run(args));
    }

    static int run(String... args) {
        return new CommandLine(new Main())
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    command.getErr().println(e.getMessage() == null ? e.toString() : e.getMessage());
                    return 1;
                })
                .execute(args);
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"PanSt3R for Java notebooks " + (version == null ? "(not packaged)" : version)};
        }
    }
}
