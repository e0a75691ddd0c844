package panst3r.magics.viewer;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Two hundred names that try to be more than text. Each that could run calls {@code alert}, which the tests listen for. */
final class HostileNames {
    private HostileNames() {}

    static List<String> all() {
        Set<String> out = new LinkedHashSet<>();
        List<String> actions = List.of(
                "<script>alert(1)</script>",
                "<img src=x onerror=alert(1)>",
                "<svg onload=alert(1)>",
                "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
                "<b id=MathJax>x</b>",
                "<a href=javascript:alert(1)>x</a>",
                "<form action=https://evil.invalid/><input name=q></form>",
                "<button data-commandlinker-command=\"terminal:create-new\" data-commandlinker-args='{}'>x</button>",
                "<style>@import 'https://evil.invalid/x.css'</style>",
                "<link rel=stylesheet href=https://evil.invalid/x.css>",
                "<meta http-equiv=refresh content='0;url=https://evil.invalid/'>",
                "<base href=https://evil.invalid/>",
                "<object data=https://evil.invalid/x></object>",
                "<details open ontoggle=alert(1)>");
        List<String> openings = List.of(
                "",
                "\">",
                "'>",
                "</script>",
                "</style>",
                "--></script>",
                "</title>",
                "</textarea>",
                "]]>",
                "\" autofocus ");
        for (String opening : openings) {
            for (String action : actions) {
                out.add(opening + action);
            }
        }
        out.addAll(List.of(
                "<!--",
                "<!--<script>",
                "-->",
                "</script",
                "</SCRIPT >",
                "<script",
                "\u2028alert(1)\u2029",
                "\\u003cscript>",
                "\\\"};alert(1);//",
                "\"+alert(1)+\"",
                "${alert(1)}",
                "`${alert(1)}`",
                "{{constructor.constructor('alert(1)')()}}",
                "&lt;script&gt;alert(1)&lt;/script&gt;",
                "&#60;img src=x onerror=alert(1)&#62;",
                "&amp;",
                "&",
                "%3Cscript%3E",
                "javascript:alert(1)",
                "data:text/html,<script>alert(1)</script>",
                "\" onmouseover=\"alert(1)",
                "' onmouseover='alert(1)",
                " onfocus=alert(1) ",
                "__proto__",
                "constructor",
                "toString",
                "hasOwnProperty",
                "panst3r-data",
                "panst3r-scene",
                "viewer",
                "MathJax",
                "document",
                "\u202egnp.exe",
                "\u2066\u2069\u200f\u200e",
                "\u0000",
                "\u0001\u001f",
                "\ud800",
                "\udfff",
                "a\u0300\u0301\u0302\u0303\u0304\u0305",
                "\ufeff",
                "\u00ad",
                "🪑👨‍👩‍👧",
                "שולחן",
                "طاولة",
                "机",
                " ",
                "",
                "\t\r\n",
                "../../etc/passwd",
                "C:\\con",
                "a".repeat(3000),
                "$$x^2$$",
                "\\(\\href{javascript:alert(1)}{x}\\)",
                "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
                "%s%n%d",
                "{0}",
                "\u001b[31mred",
                "'; DROP TABLE scenes;--",
                "=HYPERLINK(\"https://evil.invalid/\",\"x\")",
                "end_header\nelement vertex 0",
                "nul.png",
                "..",
                "a\u202egpj.exe.png"));
        return List.copyOf(out);
    }
}
