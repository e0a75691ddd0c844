package panst3r.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.merge.Comparison;
import panst3r.merge.Panoptic;
import panst3r.metrics.TrueScene;
import panst3r.picture.Viewpoint;
import panst3r.rooms.RoomCategory;
import panst3r.rooms.RoomOptions;
import panst3r.rooms.RoomSample;
import panst3r.rooms.Rooms;
import panst3r.scene.Scene;

class FigureTest {
    private static final RoomSample ROOM = Rooms.sample(
            Rooms.FIRST_HELD_OUT_SEED + 9, RoomOptions.defaults().withViews(4).withSize(160, 120));

    private static final List<String> ODD = List.of(
            "</text><script>alert(1)</script>",
            "\"onload=\"alert(1)&lt;",
            "a name that is far longer than any column of any layout could ever hold, and then goes on for some more words",
            "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
            "椅子 и стол ☂ 🪑",
            "\u202egnorw\u0000\u0007\ud800",
            "]]>");

    private static final Map<String, Figure> FIGURES = new ConcurrentHashMap<>(FigureSheets.all(ROOM));

    @TempDir
    Path folder;

    static List<String> layouts() {
        return Figure.LAYOUTS;
    }

    private static final Map<String, Figure> COARSE = new ConcurrentHashMap<>();

    private static Figure coarse(String layout) {
        return COARSE.computeIfAbsent(layout, l -> FIGURES.get(l).dpi(60));
    }

    // ---- one drawing for three formats ----

    @ParameterizedTest
    @MethodSource("layouts")
    void theSameFigureGivesTheSameBytes(String layout) {
        Figure once = coarse(layout);
        Figure again = FIGURES.get(layout).dpi(60); // laid out anew
        assertThat(again.png(Progress.SILENT)).isEqualTo(once.png(Progress.SILENT));
        assertThat(again.svg(Progress.SILENT)).isEqualTo(once.svg(Progress.SILENT));
        assertThat(again.pdf(Progress.SILENT)).isEqualTo(once.pdf(Progress.SILENT));
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void nothingOverlapsOrLeavesThePage(String layout) {
        double narrowest = layout.equals("comparison") ? 120 : 80; // its three strategies need room
        for (Figure figure : List.of(coarse(layout), coarse(layout).width(narrowest))) {
            Drawing drawing = figure.drawing(Progress.SILENT);
            List<Mark.Words> words = words(drawing);
            for (int i = 0; i < words.size(); i++) {
                Rectangle2D a = box(words.get(i));
                assertThat(new Rectangle2D.Double(0, 0, drawing.width(), drawing.height()).contains(a))
                        .as(words.get(i) + " on " + drawing.width() + "×" + drawing.height())
                        .isTrue();
                for (int j = 0; j < i; j++) {
                    assertThat(box(words.get(j)).intersects(a))
                            .as(words.get(i) + " over " + words.get(j))
                            .isFalse();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void textIsTextInSvg(String layout) throws Exception {
        Document svg = parsed(coarse(layout).svg(Progress.SILENT));
        List<String> texts = texts(svg);
        assertThat(texts).hasSize(words(coarse(layout).drawing(Progress.SILENT)).size());
        assertThat(svg.getDocumentElement().getAttribute("width")).isEqualTo("170mm");
        String style = svg.getElementsByTagName("style").item(0).getTextContent();
        assertThat(style).contains("@font-face", "data:font/ttf;base64,").doesNotContain("http");
        NodeList images = svg.getElementsByTagName("image");
        for (int i = 0; i < images.getLength(); i++) {
            assertThat(((Element) images.item(i)).getAttribute("xlink:href")).startsWith("data:image/");
        }
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void pdfHoldsItsFontsAndItsText(String layout) throws Exception {
        Figure figure = coarse(layout);
        try (PDDocument pdf = Loader.loadPDF(figure.pdf(Progress.SILENT))) {
            assertThat(pdf.getNumberOfPages()).isOne();
            PDPage page = pdf.getPage(0);
            assertThat(page.getMediaBox().getWidth() / 72 * 25.4).isCloseTo(170, within(0.01));
            for (COSName name : page.getResources().getFontNames()) {
                PDFont font = page.getResources().getFont(name);
                assertThat(font.isEmbedded()).as(font.getName()).isTrue();
                assertThat(font.getName()).matches("[A-Z]{6}\\+LiberationSans.*");
            }
            String text = new PDFTextStripper().getText(pdf).replaceAll("\\s+", " ");
            String caption = figure.caption(Progress.SILENT).replaceAll("\\s+", " ");
            assertThat(text).contains(caption.substring(0, 40));
            assertThat(pdf.getDocumentInformation().getSubject()).isEqualTo(figure.caption(Progress.SILENT));
            assertThat(pdf.getDocumentInformation().getCreationDate()).isNull();
        }
    }

    @Test
    void textIsOfThePrintedSizes() {
        for (String layout : Figure.LAYOUTS) {
            assertThat(words(coarse(layout).drawing(Progress.SILENT)))
                    .as(layout)
                    .hasSizeGreaterThan(5)
                    .allMatch(w -> w.size() >= 6 && w.size() <= 9);
        }
    }

    @Test
    void pngKnowsItsResolution() throws Exception {
        byte[] png = FIGURES.get("metrics").dpi(254).png(Progress.SILENT);
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
        assertThat(image.getWidth()).isEqualTo(1700);
        String bytes = new String(png, StandardCharsets.ISO_8859_1);
        int at = bytes.indexOf("pHYs") + 4;
        assertThat(at).isGreaterThan(4);
        int perMetre = (png[at] & 255) << 24 | (png[at + 1] & 255) << 16 | (png[at + 2] & 255) << 8 | png[at + 3] & 255;
        assertThat(perMetre).isEqualTo(10_000);
        assertThat(png[at + 8]).as("metres").isEqualTo((byte) 1);
    }

    @Test
    void aPictureIsWhereTheDrawingSays() throws Exception {
        BufferedImage red = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 16; i++) {
            red.setRGB(i % 4, i / 4, 0xff0000);
        }
        List<Mark> marks = List.of(
                new Mark.Path(new Rectangle2D.Double(10, 10, 10, 10), 0x00ff00, Mark.NONE, 0, 0),
                new Mark.Picture(red, false, 30, 10, 10, 10, "red"));
        byte[] png = PngPen.write(new Drawing(72, 36, "t", "c", marks), 72);
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
        assertThat(image.getRGB(15, 15) & 0xffffff).isEqualTo(0x00ff00);
        assertThat(image.getRGB(35, 15) & 0xffffff).isEqualTo(0xff0000);
        assertThat(image.getRGB(25, 15) & 0xffffff).isEqualTo(0xffffff);
        assertThat(image.getRGB(15, 25) & 0xffffff).isEqualTo(0xffffff);
    }

    // ---- what is shown ----

    @Test
    void captionsComeFromTheData() {
        Scene scene = TrueScene.of(ROOM);
        Panoptic p = scene.panoptic().orElseThrow();
        long classes = p.segments().stream().mapToInt(s -> s.label()).distinct().count();
        assertThat(Figure.overview(scene).dpi(60).caption(Progress.SILENT))
                .contains(
                        "The 4 photos",
                        String.format(java.util.Locale.ROOT, "%,d points", 4 * 160 * 120),
                        p.segments().size() + " segments of " + classes + " classes",
                        "ground truth of " + ROOM.name());
        assertThat(Figure.cameras(scene).dpi(60).caption(Progress.SILENT))
                .contains("4 cameras", "all of them keyframes");
    }

    @Test
    void theScaleBarIsTrue() {
        Scene scene = TrueScene.of(ROOM);
        Drawing plan = Figure.cameras(scene).unit("m").dpi(60).drawing(Progress.SILENT);
        // the frame of the plan is as wide as its ground; the bar's two halves are the last filled rectangles of 3
        // points
        List<Rectangle2D> bar = plan.marks().stream()
                .filter(m -> m instanceof Mark.Path)
                .map(m -> ((Mark.Path) m).shape().getBounds2D())
                .filter(b -> Math.abs(b.getHeight() - 3) < 1e-6)
                .toList();
        double length = bar.stream().mapToDouble(Rectangle2D::getWidth).sum();
        String label = words(plan).stream()
                .map(Mark.Words::text)
                .filter(t -> t.matches("[\\d.]+ m"))
                .findFirst()
                .orElseThrow();
        double metres = Double.parseDouble(label.replace(" m", ""));
        // two cameras as far apart on paper as in the room
        List<double[]> eyes = badgeThreads(plan);
        Space space = new Space(scene.cameras());
        double[] a = space.of(scene.cameras().get(0).position());
        double[] b = space.of(scene.cameras().get(3).position());
        double inRoom = Math.hypot(a[0] - b[0], a[1] - b[1]);
        double onPaper = Math.hypot(eyes.get(0)[0] - eyes.get(3)[0], eyes.get(0)[1] - eyes.get(3)[1]);
        assertThat(onPaper / inRoom).isCloseTo(length / metres, within(0.01 * length / metres));
    }

    /** Where the threads from the cameras to their numbers begin, camera by camera. */
    private static List<double[]> badgeThreads(Drawing plan) {
        List<double[]> out = new ArrayList<>();
        for (Mark m : plan.marks()) {
            if (m instanceof Mark.Path p && p.shape() instanceof java.awt.geom.Line2D line && p.width() == 0.6) {
                out.add(new double[] {line.getX1(), line.getY1()});
            }
        }
        return out;
    }

    @Test
    void theSizeOfATurnedBoxIsFound() {
        double[][] points = new double[3][4000];
        java.util.SplittableRandom random = new java.util.SplittableRandom(1);
        for (int i = 0; i < 4000; i++) {
            double a = 2.0 * random.nextDouble();
            double b = 0.5 * random.nextDouble();
            double c = Math.cos(Math.toRadians(37));
            double s = Math.sin(Math.toRadians(37));
            points[0][i] = 5 + c * a - s * b;
            points[1][i] = -3 + s * a + c * b;
            points[2][i] = 0.9 * random.nextDouble();
        }
        double[] size = Space.size(points);
        assertThat(size[0]).isCloseTo(2.0 * 0.96, within(0.03));
        assertThat(size[1]).isCloseTo(0.5 * 0.96, within(0.03));
        assertThat(size[2]).isCloseTo(0.9 * 0.96, within(0.03));
    }

    @Test
    void theViewpointIsTheOneGiven() {
        Scene scene = TrueScene.of(ROOM);
        Figure usual = Figure.overview(scene).dpi(60);
        Figure photo = usual.viewpoint(Viewpoint.of(scene.cameras().get(0), 2));
        assertThat(photo.png(Progress.SILENT)).isNotEqualTo(usual.png(Progress.SILENT));
    }

    // ---- odd names ----

    @ParameterizedTest
    @ValueSource(strings = {"overview", "objects", "cameras", "comparison"})
    void oddNamesAreOnlyText(String layout) throws Exception {
        List<RoomCategory> classes = new ArrayList<>();
        for (int i = 0; i < ROOM.classes().size(); i++) {
            String name = ODD.get(i % ODD.size()) + " " + i;
            classes.add(new RoomCategory(name, ROOM.classes().get(i).thing()));
        }
        Scene scene = TrueScene.of(new RoomSample(ODD.get(0), ODD.get(1), ROOM.views(), classes, ROOM.instances()));
        Function<String, Figure> figures = l -> switch (l) {
            case "overview" -> Figure.overview(scene);
            case "objects" -> Figure.objects(scene);
            case "cameras" -> Figure.cameras(scene);
            default -> {
                Panoptic p = scene.panoptic().orElseThrow();
                yield Figure.comparison(scene, Comparison.of(List.of(p, p)), Optional.empty());
            }
        };
        Figure figure = figures.apply(layout).title(ODD.get(5)).unit(ODD.get(0)).dpi(60);
        Document svg = parsed(figure.svg(Progress.SILENT));
        assertThat(svg.getElementsByTagName("script").getLength()).isZero();
        NodeList all = svg.getElementsByTagName("*");
        for (int i = 0; i < all.getLength(); i++) {
            Element e = (Element) all.item(i);
            assertThat(e.getTagName()).isIn("svg", "title", "desc", "style", "rect", "path", "text", "image");
            for (int a = 0; a < e.getAttributes().getLength(); a++) {
                assertThat(e.getAttributes().item(a).getNodeName()).doesNotStartWith("on");
            }
        }
        String together = String.join(" ", texts(svg));
        assertThat(together).doesNotContain("\u202e", "\u0000").contains("<script>");
        assertThat(figure.pdf(Progress.SILENT)).isNotEmpty();
        assertThat(figure.png(Progress.SILENT)).isNotEmpty();
        Drawing drawing = figure.drawing(Progress.SILENT);
        for (Mark.Words w : words(drawing)) {
            assertThat(box(w).getMaxX()).as(w.text()).isLessThanOrEqualTo(drawing.width() + 0.01);
        }
    }

    // ---- what cannot be drawn ----

    @Test
    void sentences() throws Exception {
        Scene scene = TrueScene.of(ROOM);
        Figure figure = FIGURES.get("metrics").dpi(60);
        refused(() -> figure.width(20), "A figure is 80 to 500 mm wide, not 20 mm.");
        refused(() -> figure.width(Double.NaN), "A figure is 80 to 500 mm wide, not NaN mm.");
        refused(() -> figure.dpi(20), "A figure has 50 to 1200 dots per inch, not 20.");
        refused(
                () -> figure.width(500).dpi(1200),
                "A figure of 500 mm at 1200 dpi would be 23622 pixels wide, more than 12000; lower its width or its dpi.");
        refused(
                () -> figure.save(folder.resolve("a.bmp"), false, Progress.SILENT),
                "A figure is a .png, .svg or .pdf file, which “a.bmp” is not.");
        Path there = Files.writeString(folder.resolve("there.svg"), "mine");
        refused(
                () -> figure.save(there, false, Progress.SILENT),
                there + " is there already; say --overwrite to replace it.");
        assertThat(there).hasContent("mine");
        figure.save(there, true, Progress.SILENT);
        assertThat(Files.readString(there)).isEqualTo(figure.svg(Progress.SILENT));
        Path below = there.resolve("below.png");
        assertThatThrownBy(() -> figure.save(below, false, Progress.SILENT))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageStartingWith(below + " could not be written: ");
        Scene bare = Scene.of(scene.prediction());
        refused(() -> Figure.objects(bare), "This scene has no segments to make a catalogue of; merge it first.");
        Panoptic p = scene.panoptic().orElseThrow();
        refused(
                () -> Figure.comparison(scene, Comparison.of(List.of(p)), Optional.empty()),
                "A comparison needs two strategies or more.");
        Comparison many = Comparison.of(List.of(p, p, p, p, p, p));
        refused(
                () -> Figure.comparison(scene, many, Optional.empty()).svg(Progress.SILENT),
                "6 strategies do not fit side by side, at most 5 at this width; compare fewer or make the figure wider.");
        refused(
                () -> Figure.metrics("x", List.of(), List.of()),
                "There is nothing measured to draw; measure a scene against ground truth first.");
        refused(
                () -> Figure.overview(scene).views(List.of(7)).svg(Progress.SILENT),
                "There is no view 7; this scene has views 0 to 3.");
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactly(there);
        }
    }

    @Test
    void aSceneWithoutSegmentsHasAnOverview() {
        Scene bare = Scene.of(TrueScene.of(ROOM).prediction());
        assertThat(Figure.overview(bare).dpi(60).caption(Progress.SILENT)).doesNotContain("segment");
        assertThat(Figure.cameras(bare).dpi(60).svg(Progress.SILENT)).contains("Plan");
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable work, String sentence) {
        assertThatThrownBy(work).isInstanceOf(PanSt3RException.class).hasMessage(sentence);
    }

    private static List<Mark.Words> words(Drawing drawing) {
        return drawing.marks().stream()
                .filter(m -> m instanceof Mark.Words)
                .map(m -> (Mark.Words) m)
                .toList();
    }

    /** From a little below the baseline to the height of a small letter, so that lines may stand close. */
    private static Rectangle2D box(Mark.Words w) {
        double length = w.font().width(w.text(), w.size());
        double up = 0.7 * w.size();
        double down = 0.1 * w.size();
        return w.upward()
                ? new Rectangle2D.Double(w.x() - up, w.y() - length, up + down, length)
                : new Rectangle2D.Double(w.x(), w.y() - up, length, up + down);
    }

    private static Document parsed(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<String> texts(Document svg) {
        NodeList nodes = svg.getElementsByTagName("text");
        List<String> out = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            out.add(nodes.item(i).getTextContent());
        }
        return out;
    }
}
