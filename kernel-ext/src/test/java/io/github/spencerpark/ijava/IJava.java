package io.github.spencerpark.ijava;

/**
 * Where IJava keeps its kernel. IJava itself is on no public repository; this class of the same name lets
 * {@link panst3r.ijava.IJavaExtension#install()} be run against the test's kernel.
 */
public final class IJava {
    public static JShellKernel kernel;

    private IJava() {}

    public static JShellKernel getKernelInstance() {
        return kernel;
    }
}
