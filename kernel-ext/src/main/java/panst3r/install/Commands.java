package panst3r.install;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The installer's commands. */
@Command(
        name = "panst3r",
        description = "Makes PanSt3R available to Jupyter.",
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {InstallCommand.class, IJavaCommand.class})
public final class Commands {
    private Commands() {}

    /** @return the exit status */
    public static int run(String... args) {
        return new CommandLine(new Commands())
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    command.getErr().println(e.getMessage() == null ? e.toString() : e.getMessage());
                    return 1;
                })
                .execute(args);
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Commands.class.getPackage().getImplementationVersion();
            return new String[] {"PanSt3R for Java notebooks " + (version == null ? "(not packaged)" : version)};
        }
    }
}
