package panst3r.ijava;

import io.github.spencerpark.jupyter.kernel.BaseKernel;
import panst3r.magics.PanSt3RMagics;

/**
 * The one line that brings PanSt3R into an IJava notebook once our jars are on its class path
 * ({@code IJAVA_CLASSPATH} or {@code %jars}): {@code panst3r.ijava.IJavaExtension.install();} in a cell, or in
 * {@code IJAVA_STARTUP_SCRIPT}.
 */
public final class IJavaExtension {
    private IJavaExtension() {}

    public static void install() {
        try {
            // IJava itself is on no public repository, so it cannot be compiled against
            BaseKernel kernel = (BaseKernel) Class.forName("io.github.spencerpark.ijava.IJava")
                    .getMethod("getKernelInstance")
                    .invoke(null);
            install(kernel);
        } catch (Throwable t) {
            System.err.println("PanSt3R could not be installed in this kernel: " + t);
        }
    }

    /** Into the given kernel, which must have IJava's {@code getMagics()}. */
    static void install(BaseKernel kernel) throws ReflectiveOperationException {
        IJavaBridge bridge = new IJavaBridge(kernel);
        PanSt3RMagics.install(bridge);
        bridge.eval(PanSt3RMagics.IMPORTS);
    }
}
