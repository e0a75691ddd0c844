package panst3r.magics.display;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.FloatColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

class TableHtmlTest {
    private static String html(Table table) {
        return (String) TableHtml.bundle(table, Swatches.of(null), null).get("text/html");
    }

    @Test
    void aLongTableShowsItsEndsAndSaysSo() {
        Table table = Table.create(
                "points", IntColumn.create("row", IntStream.range(0, 12345).toArray()));
        String html = html(table);
        assertThat(html).contains("12,345 rows × 1 column; the first 10 and the last 5 are shown");
        assertThat(html.split("<tr>", -1)).hasSize(1 + 1 + 15);
        assertThat(html).contains(">0<", ">9<", ">12340<", ">12344<").doesNotContain(">10<", ">12339<");
    }

    @Test
    void aShortTableIsWhole() {
        Table table =
                Table.create("t", IntColumn.create("row", IntStream.range(0, 16).toArray()));
        assertThat(html(table))
                .contains(">15<")
                .contains("16 rows × 1 column</div>")
                .doesNotContain("⋯");
    }

    @Test
    void decimalsFollowTheLargestNumber() {
        Table table = Table.create(
                FloatColumn.create("x", 1.23456f, -12.5f, Float.NaN, -0.0001f), FloatColumn.create("y", 0.1f, 0, 0, 0));
        assertThat(html(table)).contains(">1.23<", ">-12.50<", ">–<", ">0.00<", ">0.100<");
    }

    @Test
    void namesAreTextAndNothingElse() {
        String evil = "<script>alert(1)</script>\" onmouseover='x' &amp; \u202egpj.exe";
        Table table = Table.create(evil, StringColumn.create(evil, evil));
        String html = html(table).replace(Html.STYLE, "");
        assertThat(html).doesNotContain("<script", "\" onmouseover", "'x'", "\u202e");
        assertThat(html).contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot; onmouseover=&#39;x&#39; &amp;amp;");
    }

    @Property(tries = 500)
    void noNameBecomesMarkup(@ForAll @StringLength(max = 60) String name) {
        String html = Html.escape(name + "<\"'>" + name);
        assertThat(html).doesNotContain("<", ">", "\"", "'");
        assertThat(html.replaceAll("&(amp|lt|gt|quot|#39);", "")).doesNotContain("&");
    }

    @Test
    void manyColumnsAndLongTextsAreCut() {
        Table table = Table.create("wide");
        IntStream.range(0, 300).forEach(i -> table.addColumns(StringColumn.create("c" + i, "x".repeat(5000))));
        assertThat(html(table)).hasSizeLessThan(20_000).contains("the first 40 columns are shown");
    }
}
