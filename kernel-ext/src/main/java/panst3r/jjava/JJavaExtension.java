package panst3r.jjava;

import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import panst3r.magics.PanSt3RMagics;

/**
 * What JJava runs when our jar comes onto its class path: at start, or by {@code %maven} or {@code %classpath}.
 *
 * <p>JJava counts an extension as installed before it is asked to install, and prints fifty lines of whatever it
 * throws; so nothing is thrown from here.
 */
public final class JJavaExtension implements Extension {
    @Override
    public void install(BaseKernel kernel) {
        try {
            PanSt3RMagics.install(new JJavaBridge(kernel));
            kernel.evalRaw(PanSt3RMagics.IMPORTS);
        } catch (Throwable t) {
            System.err.println("PanSt3R could not be installed in this kernel: " + t);
        }
    }
}
