package panst3r.install;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code install}: writes the kernelspec "Java (PanSt3R)". */
@Command(
        name = "install",
        description = {
            "Adds the kernel \"Java (PanSt3R)\" to Jupyter.",
            "It runs JJava's kernel (pip install jjava) with PanSt3R on its class path."
        },
        mixinStandardHelpOptions = true)
final class InstallCommand implements Callable<Integer> {
    @ArgGroup
    private Where where;

    static final class Where {
        @Option(names = "--prefix", paramLabel = "DIR", description = "into this Python environment")
        private Path prefix;

        @Option(names = "--user", description = "for this user (the default)")
        private boolean user;

        @Option(names = "--sys-prefix", description = "into the environment of the python3 that is found first")
        private boolean sysPrefix;
    }

    @Option(names = "--name", description = "the kernel's name for Jupyter (default: ${DEFAULT-VALUE})")
    private String name = "panst3r";

    @Option(
            names = "--heap",
            description = "the most memory for Java objects (default: ${DEFAULT-VALUE}); networks and tensors lie "
                    + "outside it")
    private String heap = "4g";

    @Option(names = "--jjava", paramLabel = "JAR", description = "jjava.jar, if it is not found by itself")
    private Path jjava;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Path prefix = null;
        if (where != null && where.prefix != null) {
            prefix = where.prefix.toAbsolutePath().normalize();
        } else if (where != null && where.sysPrefix) {
            prefix = JupyterPaths.sysPrefix();
        }
        Path kernels = prefix == null ? JupyterPaths.userKernels() : JupyterPaths.kernels(prefix);
        Path jar = jjava == null
                ? JupyterPaths.jjava(prefix)
                : jjava.toAbsolutePath().normalize();
        Path written = new Kernelspec(jar, ClassPath.ofThisProgram(), heap).write(kernels, name);
        spec.commandLine().getOut().println("Kernel \"" + Kernelspec.DISPLAY_NAME + "\" installed: " + written);
        return 0;
    }
}
