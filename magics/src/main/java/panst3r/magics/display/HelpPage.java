package panst3r.magics.display;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** What a command does and takes, as the value of {@code %panst3r help} or {@code --help}. */
public record HelpPage(CommandSpec command) {
    public Map<String, Object> bundle() {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("text/html", Html.page(html()));
        out.put("text/plain", toString());
        return out;
    }

    private String html() {
        StringBuilder out = new StringBuilder("<div><code>")
                .append(Html.escape(command.commandLine().getHelp().synopsis(0).strip()))
                .append("</code></div><div>")
                .append(Html.escape(String.join(" ", command.usageMessage().description())))
                .append("</div><table><tbody>");
        for (Map.Entry<String, CommandLine> sub : command.subcommands().entrySet()) {
            CommandSpec spec = sub.getValue().getCommandSpec();
            row(out, sub.getKey(), String.join(" ", spec.usageMessage().description()));
        }
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            row(out, parameter.paramLabel(), String.join(" ", parameter.description()));
        }
        for (OptionSpec option : command.options()) {
            if (!option.usageHelp()) {
                String value = option.arity().max() > 0 ? " " + option.paramLabel() : "";
                row(out, String.join(", ", option.names()) + value, String.join(" ", option.description()));
            }
        }
        out.append("</tbody></table>");
        if (!command.subcommands().isEmpty()) {
            out.append(
                    "<div class=\"m\"><code>%panst3r COMMAND --help</code> tells what a command takes. Each is also a"
                            + " Java call: <code>run()</code>, <code>segments()</code>.</div>");
        }
        return out.toString();
    }

    private static void row(StringBuilder out, String name, String text) {
        out.append("<tr><td><code>")
                .append(Html.escape(name))
                .append("</code></td><td style=\"white-space:normal;max-width:60em\">")
                .append(Html.escape(text))
                .append("</td></tr>");
    }

    @Override
    public String toString() {
        return command.commandLine().getUsageMessage(Ansi.OFF);
    }
}
