package panst3r.jjava;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dflib.jjava.jupyter.channels.JupyterConnection;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.JupyterIO;
import org.dflib.jjava.jupyter.kernel.KernelConnectionProperties;
import org.dflib.jjava.jupyter.kernel.LanguageInfo;
import org.dflib.jjava.jupyter.kernel.ReplacementOptions;
import org.dflib.jjava.jupyter.kernel.comm.CommManager;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.magic.MagicParser;
import org.dflib.jjava.jupyter.kernel.magic.MagicTranspiler;
import org.dflib.jjava.jupyter.kernel.magic.MagicsRegistry;
import org.dflib.jjava.jupyter.kernel.util.StringStyler;
import org.junit.jupiter.api.Test;
import panst3r.kernel.BridgeContract;
import panst3r.magics.Bridge;
import panst3r.magics.PanSt3RMagics;

/** On the library that is compiled against. The kernel of the pip package is met in notebooks/tests. */
class JJavaBridgeTest extends BridgeContract {
    private JupyterConnection connection;
    private MagicsKernel kernel;

    @Override
    protected Bridge start(String file) throws Exception {
        kernel = new MagicsKernel();
        connection = new JupyterConnection(KernelConnectionProperties.parse(file));
        kernel.becomeHandlerForConnection(connection);
        connection.connect();
        return new JJavaBridge(kernel);
    }

    @Override
    protected void stop() {
        connection.close();
    }

    @Override
    protected String shownAs() {
        return "execute_result";
    }

    @Test
    void theExtensionIsFoundAndInstalledAtStart() {
        kernel.onStartup();
        assertThat(kernel.evaluated).containsExactly(PanSt3RMagics.IMPORTS);
        assertThat(browser.run("%panst3r help"))
                .hasSize(1)
                .extracting(m -> m.type())
                .containsExactly("execute_result");
    }

    @Test
    void theKernelSaysItsName() {
        assertThat(bridge.kernel()).isEqualTo("test 1");
    }

    /** The real base kernel over cells that are magics; other source is only noted. */
    private static final class MagicsKernel extends BaseKernel {
        final List<String> evaluated = new ArrayList<>();

        MagicsKernel() {
            super(
                    "test",
                    "1",
                    new LanguageInfo("Java", "17", null, null, null, null, null),
                    List.of(),
                    null,
                    new JupyterIO(StandardCharsets.UTF_8),
                    new CommManager(),
                    new Renderer(),
                    new MagicParser("^%", "%%", new MagicTranspiler()),
                    new MagicsRegistry(),
                    true,
                    new StringStyler.Builder().build());
        }

        @Override
        public Object evalRaw(String source) {
            try {
                if (source.startsWith("%%")) {
                    String[] parts = source.split("\n", 2);
                    List<String> words = words(parts[0].substring(2));
                    return magicsRegistry.evalCellMagic(this, words.get(0), words.subList(1, words.size()), parts[1]);
                }
                if (source.startsWith("%")) {
                    List<String> words = words(source.substring(1));
                    return magicsRegistry.evalLineMagic(this, words.get(0), words.subList(1, words.size()));
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            evaluated.add(source);
            return null;
        }

        /** Blanks separate, double quotes keep together. */
        private static List<String> words(String line) {
            return Arrays.stream(line.strip().split(" (?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)"))
                    .map(word -> word.replace("\"", ""))
                    .toList();
        }

        @Override
        public DisplayData inspect(String code, int at, boolean detail) {
            return null;
        }

        @Override
        public ReplacementOptions complete(String code, int at) {
            return null;
        }

        @Override
        public String isComplete(String code) {
            return IS_COMPLETE_YES;
        }
    }
}
