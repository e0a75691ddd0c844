package panst3r.magics.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.function.BooleanSupplier;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import panst3r.Progress;
import panst3r.figure.Figure;
import panst3r.magics.Notebook;
import panst3r.magics.PanSt3RError;
import panst3r.magics.Plot;
import panst3r.magics.RecordingBridge;
import panst3r.magics.Session;
import panst3r.magics.TestScenes;
import panst3r.magics.display.Text;
import panst3r.magics.novel.NovelViews;
import panst3r.picture.Images;
import panst3r.picture.Viewpoint;
import panst3r.scene.Scene;
import panst3r.scene.ScenePoint;
import tech.tablesaw.api.Table;

/** A notebook's page that speaks: what arrives in Java. */
class PageTest {
    private final RecordingBridge bridge = new RecordingBridge();
    private Session session;
    private Scene scene;
    private String widget;
    private String number;

    @BeforeEach
    void aPlotOnThePage() throws Exception {
        session = TestScenes.start(bridge);
        scene = session.scene(null);
        String html = (String) bridge.show("panst3r", "plot").get(0).bundle().get("text/html");
        String mark = html.replaceFirst("(?s).*<iframe data-panst3r=\"([0-9a-f]{32}:\\d+):\\d+\".*", "$1");
        number = mark.substring(mark.indexOf(':') + 1);
        widget = bridge.openComms().get(0);
    }

    private static final String LOOK =
            "\"kind\":\"%s\",\"ask\":7,\"look\":{\"viewpoint\":{\"position\":%s,\"target\":%s,"
                    + "\"up\":[0,-1,0],\"fovY\":%s},\"width\":64,\"height\":40,\"backs\":false}";

    private void say(String fields) throws Exception {
        bridge.browserSends(
                widget, "{\"method\":\"custom\",\"content\":{\"scene\":" + number + "," + fields + "}}", List.of());
    }

    /** What the page says is heard on another thread. */
    private static void until(BooleanSupplier done) throws InterruptedException {
        for (int i = 0; i < 6000 && !done.getAsBoolean(); i++) {
            Thread.sleep(10);
        }
        assertThat(done.getAsBoolean()).isTrue();
    }

    @Test
    void aClickIsAPickedPoint() throws Exception {
        assertThat(Notebook.picked().rowCount()).isZero();
        say("\"kind\":\"pick\",\"view\":1,\"row\":2,\"column\":3");
        say("\"kind\":\"pick\",\"view\":0,\"row\":23,\"column\":31");
        until(() -> scene.picked().size() == 2);
        ScenePoint first = scene.picked().get(0);
        assertThat(List.of(first.view(), first.row(), first.column())).containsExactly(1, 2, 3);
        Table table = (Table) bridge.value("panst3r", "picked");
        assertThat(table.columnNames())
                .containsExactly(
                        "segment",
                        "class",
                        "x",
                        "y",
                        "z",
                        "confidence",
                        "view",
                        "file",
                        "row",
                        "column",
                        "photo_x",
                        "photo_y");
        assertThat(table.row(0).getInt("segment")).isEqualTo(first.segment()).isPositive();
        assertThat(table.row(0).getString("file")).isEqualTo("photo1.png");
        assertThat(table.row(0).getInt("photo_x")).isEqualTo(3);
        assertThat(table.row(1).getInt("segment")).isZero();
        assertThat(table.column("class").isMissing(1)).isTrue();
    }

    @Test
    void whereTheViewStandsIsKnown() throws Exception {
        assertThatThrownBy(Notebook::viewpoint)
                .isInstanceOf(PanSt3RError.class)
                .hasMessageContaining("No 3D view was moved");
        say(LOOK.formatted("look", "[1,2,3]", "[4,5,6]", "40"));
        until(() -> session.page().viewpoint().isPresent());
        Viewpoint v = Notebook.viewpoint();
        assertThat(v.toString())
                .isEqualTo(new Viewpoint(new double[] {1, 2, 3}, new double[] {4, 5, 6}, v.up(), 40).toString());
        assertThat(v.up()).containsExactly(0, -1, 0);
        // the same photos merged otherwise stand in the same place
        assertThat(Notebook.viewpoint(scene.with(scene.panoptic().orElseThrow())))
                .isSameAs(v);
    }

    @Test
    void aFigureIsSeenFromWhereTheViewStands() throws Exception {
        Figure usual = (Figure) bridge.value("panst3r", "figure", "overview", "--dpi", "60", "--title", "x");
        say(LOOK.formatted("look", "[1,-1,-2]", "[0,0,2]", "40"));
        until(() -> session.page().viewpoint().isPresent());
        Viewpoint v = Notebook.viewpoint();
        Figure moved = (Figure) bridge.value("panst3r", "figure", "overview", "--dpi", "60", "--title", "x");
        assertThat(moved.svg(Progress.SILENT))
                .isEqualTo(usual.viewpoint(v).svg(Progress.SILENT))
                .isNotEqualTo(usual.svg(Progress.SILENT));
    }

    @Test
    void ofAViewFromBeyondTheWallThatIsSaid() throws Exception {
        bridge.value("panst3r", "splat", "--steps", "1", "--every", "4");
        say(LOOK.formatted("look", "[0,0,50]", "[0,0,60]", "40"));
        until(() -> session.page().viewpoint().isPresent());
        bridge.value("panst3r", "novel", "--camera", "view");
        assertThat(bridge.shown)
                .anyMatch(
                        bundle -> bundle.toString().contains("This view stands behind all that the photos show there"));
    }

    @Test
    void showSpeaksToTheViewOnThePageOnceThereIsOne() throws Exception {
        assertThat(bridge.value("panst3r", "show", "--segments", "1")).isInstanceOf(Plot.class);
        say("\"kind\":\"ready\"");
        until(() -> session.page().shows(scene));
        bridge.sent.clear();
        String name = scene.segments().get(0).className() + " 1";
        assertThat(bridge.value("panst3r", "show", "--segments", "1"))
                .hasToString("Highlighted in the 3D view: " + name + ".");
        JsonObject said = new Gson().fromJson(bridge.sent.get(0).json(), JsonObject.class);
        assertThat(said.getAsJsonObject("content").toString())
                .isEqualTo("{\"kind\":\"select\",\"scene\":" + number + ",\"segments\":[1]}");
        assertThat(bridge.value("panst3r", "show")).isInstanceOf(Text.class).hasToString("Nothing is highlighted.");
        assertThatThrownBy(() -> bridge.value("panst3r", "show", "--segments", "99"))
                .isInstanceOf(PanSt3RError.class)
                .hasMessageContaining("There is no segment 99");
        assertThatThrownBy(() -> bridge.value("panst3r", "show", "--class", "unicorn"))
                .isInstanceOf(PanSt3RError.class)
                .hasMessageContaining("“unicorn”");
    }

    @Test
    void rowsOfSegmentsCanBeChosen() throws Exception {
        String html =
                (String) bridge.show("panst3r", "segments").get(0).bundle().get("text/html");
        assertThat(html).containsPattern("<table data-panst3r=\"[0-9a-f]{32}:" + number + "\"><thead>");
        assertThat(html).contains("<tr data-segment=\"1\" tabindex=\"0\">");
        assertThat((String) bridge.show("panst3r", "cameras").get(0).bundle().get("text/html"))
                .doesNotContain("data-segment");
    }

    /** The button of a 3D view: a picture of the same place, or the sentence why there is none. */
    @Test
    void whatIsSeenIsRendered() throws Exception {
        String ask = LOOK.formatted("render", "[0,-0.2,-0.4]", "[0,0,2]", "45");
        bridge.sent.clear();
        say(ask);
        until(() -> bridge.sent.size() == 1);
        assertThat(bridge.sent.get(0).json())
                .contains("\"kind\":\"frame\",\"ask\":7,\"error\":\"There are no Gaussians of this scene yet;");
        bridge.value("panst3r", "splat", "--steps", "2", "--every", "1");
        bridge.sent.clear();
        say(ask);
        until(() -> bridge.sent.size() == 1);
        assertThat(bridge.sent.get(0).json()).contains("\"line\":\"colours, labels, depth\"");
        BufferedImage image = ImageIO.read(
                new ByteArrayInputStream(bridge.sent.get(0).buffers().get(0)));
        assertThat(image.getWidth()).isEqualTo(3 * 64 + 4);
        assertThat(image.getHeight()).isEqualTo(40);
        NovelViews same = (NovelViews) bridge.value("panst3r", "novel", "--camera", "view");
        assertThat(Images.png(same.image(0))).isEqualTo(Images.png(image));
        NovelViews small = (NovelViews) bridge.value("panst3r", "novel", "--camera", "view", "--width", "32");
        assertThat(small.frames().get(0).camera().height()).isEqualTo(20);
    }

    @Test
    void nonsenseFromThePageChangesNothing() throws Exception {
        for (String nonsense : List.of(
                "\"kind\":\"pick\",\"view\":9,\"row\":2,\"column\":3",
                "\"kind\":\"pick\",\"view\":0,\"row\":-2,\"column\":3",
                "\"kind\":\"pick\",\"view\":0,\"row\":1e99,\"column\":3",
                "\"kind\":\"pick\"",
                "\"kind\":7",
                LOOK.formatted("look", "[1,2]", "[4,5,6]", "40"),
                LOOK.formatted("render", "[1,2,3]", "[4,5,6]", "180"),
                LOOK.formatted("render", "[1,2,3]", "[4,5,6]", "40").replace("64", "1e9"),
                "\"kind\":\"dance\"")) {
            say(nonsense);
        }
        say("\"kind\":\"pick\",\"view\":0,\"row\":0,\"column\":0");
        until(() -> scene.picked().size() == 1);
        assertThat(session.page().viewpoint()).isEmpty();
    }
}
