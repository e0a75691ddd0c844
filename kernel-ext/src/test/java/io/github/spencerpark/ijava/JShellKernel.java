package io.github.spencerpark.ijava;

import io.github.spencerpark.jupyter.kernel.BaseKernel;
import io.github.spencerpark.jupyter.kernel.LanguageInfo;
import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import io.github.spencerpark.jupyter.kernel.magic.MagicParser;
import io.github.spencerpark.jupyter.kernel.magic.registry.Magics;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import jdk.jshell.JShell;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.execution.LocalExecutionControl;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;

/**
 * A Java kernel on the real {@link BaseKernel} of jupyter-jvm-basekernel 2.3.0 that does what matters of IJava 1.3.0:
 * cells run in a JShell of this process, a magic becomes a call of a generic method followed by an empty statement, so
 * that its value is not shown, and {@code getMagics()} is public on the class.
 */
public final class JShellKernel extends BaseKernel {
    private final Magics magics = new Magics();
    private final MagicParser parser = new MagicParser("(?<=(?:^|=))\\s*%", "%%");
    private final Map<String, Object> results = new HashMap<>();
    private final JShell shell;

    public JShellKernel() {
        shell = JShell.builder()
                .executionEngine(new Provider(), Map.of())
                .compilerOptions("-cp", System.getProperty("java.class.path"))
                .build();
        String call = "return io.github.spencerpark.ijava.IJava.getKernelInstance().getMagics().apply";
        shell.eval("public static <T> T lineMagic(String name, java.util.List<String> args) throws Exception { " + call
                + "LineMagic(name, args); }");
        shell.eval("public static <T> T cellMagic(String name, java.util.List<String> args, String body) "
                + "throws Exception { " + call + "CellMagic(name, args, body); }");
    }

    public Magics getMagics() {
        return magics;
    }

    @Override
    public DisplayData eval(String source) throws Exception {
        String code = transformed(source);
        Object value = null;
        for (CompletionInfo next = shell.sourceCodeAnalysis().analyzeCompletion(code);
                next.completeness().isComplete();
                next = shell.sourceCodeAnalysis().analyzeCompletion(next.remaining())) {
            value = null;
            for (SnippetEvent event : shell.eval(next.source())) {
                if (event.exception() != null) {
                    throw event.exception();
                }
                if (!event.status().isDefined()) {
                    throw new IllegalArgumentException(shell.diagnostics(event.snippet())
                            .map(d -> d.getMessage(null))
                            .collect(Collectors.joining("; ", next.source() + ": ", "")));
                }
                value = results.get(event.value());
            }
            results.clear();
        }
        return value == null ? null : getRenderer().render(value);
    }

    private String transformed(String source) {
        var cell = parser.parseCellMagic(source);
        if (cell != null) {
            var call = cell.getMagicCall();
            return "cellMagic(" + quoted(call.getName()) + "," + list(call.getArgs()) + "," + quoted(call.getBody())
                    + ");{};";
        }
        return parser.transformLineMagics(
                source,
                line -> "lineMagic(" + quoted(line.getMagicCall().getName()) + ","
                        + list(line.getMagicCall().getArgs()) + ");{};");
    }

    private static String list(List<String> args) {
        return args.stream().map(JShellKernel::quoted).collect(Collectors.joining(",", "java.util.List.of(", ")"));
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }

    @Override
    public LanguageInfo getLanguageInfo() {
        return new LanguageInfo.Builder("Java").version("17").build();
    }

    @Override
    public String getBanner() {
        return "Java 17 :: IJava kernel (test)\nsecond line";
    }

    @Override
    public void onShutdown(boolean restarting) {
        shell.close();
    }

    /** Runs snippets in this process and keeps what they return as objects, not as JShell's text. */
    private final class Provider implements ExecutionControlProvider {
        @Override
        public String name() {
            return "in this process";
        }

        @Override
        public ExecutionControl generate(ExecutionEnv env, Map<String, String> parameters) {
            return new LocalExecutionControl() {
                private int count;

                @Override
                protected String invoke(Method snippet) throws Exception {
                    try {
                        Object value = snippet.invoke(null);
                        String key = "result " + count++;
                        if (value != null) {
                            results.put(key, value);
                        }
                        return key;
                    } catch (InvocationTargetException e) {
                        Throwable cause = e.getCause();
                        throw new UserException(
                                cause.getMessage(), cause.getClass().getName(), cause.getStackTrace());
                    }
                }
            };
        }
    }
}
