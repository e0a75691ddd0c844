package panst3r.install;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ijava}: prints the two environment variables that bring PanSt3R into every IJava notebook. */
@Command(
        name = "ijava",
        description = {
            "Prints the two environment variables that bring PanSt3R into IJava.",
            "Set them where Jupyter is started, or under \"env\" in IJava's kernel.json."
        },
        mixinStandardHelpOptions = true)
final class IJavaCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        out.println("IJAVA_CLASSPATH=" + ClassPath.joined(ClassPath.ofThisProgram()));
        out.println("IJAVA_STARTUP_SCRIPT=panst3r.ijava.IJavaExtension.install();");
        return 0;
    }
}
