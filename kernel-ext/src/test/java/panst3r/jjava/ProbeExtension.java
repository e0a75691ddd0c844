package panst3r.jjava;

import java.util.List;
import java.util.Map;
import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import panst3r.magics.Bridge;

/**
 * For notebooks/tests/test_kernels.py, which puts the test classes on the path of the pip package's kernel: a magic
 * that uses what else of the bridge could break there, for that kernel hides its JSON library.
 */
public final class ProbeExtension implements Extension {
    @Override
    public void install(BaseKernel kernel) {
        Bridge bridge = new JJavaBridge(kernel);
        bridge.line("probe", args -> {
            bridge.display("d", Map.of("text/plain", "one"));
            bridge.update("d", Map.of("text/plain", "two"));
            bridge.openComm(
                    "jupyter.widget",
                    "{\"state\":{\"n\":1.5}}",
                    Map.of("version", "2.1.0"),
                    (comm, json, buffers) -> comm.send(
                            "{\"heard\":" + json + "}",
                            buffers.isEmpty() ? List.of() : List.of(buffers.get(0), new byte[3])));
            return null;
        });
        bridge.registerTarget("probe.target", (comm, json, buffers) -> comm.send(json, List.of()));
    }
}
