package panst3r.figure;

import java.awt.Shape;
import java.awt.geom.PathIterator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.Map;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.io.RandomAccessReadBuffer;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDType0Font;
import org.apache.pdfbox.pdmodel.graphics.image.JPEGFactory;
import org.apache.pdfbox.pdmodel.graphics.image.LosslessFactory;
import org.apache.pdfbox.pdmodel.graphics.image.PDImageXObject;
import org.apache.pdfbox.util.Matrix;
import panst3r.picture.Images;

/** Writes one page of PDF: text stays text, in fonts of which the file holds the characters used. */
final class PdfPen implements Mark.Pen {
    private final double height;
    private final PDDocument document;
    private final PDPageContentStream page;
    private final Map<Font, PDType0Font> fonts = new EnumMap<>(Font.class);

    private PdfPen(double height, PDDocument document, PDPageContentStream page) {
        this.height = height;
        this.document = document;
        this.page = page;
    }

    static byte[] write(Drawing drawing) {
        try (PDDocument document = new PDDocument()) {
            document.setVersion(1.5f);
            document.setDocumentId(0L); // else the time of day, and other bytes at every run
            document.getDocumentInformation().setTitle(drawing.title());
            document.getDocumentInformation().setSubject(drawing.caption());
            document.getDocumentInformation().setCreator("PanSt3R for Java notebooks");
            document.getDocumentCatalog().setLanguage("en");
            PDPage page = new PDPage(new PDRectangle((float) drawing.width(), (float) drawing.height()));
            document.addPage(page);
            try (PDPageContentStream content = new PDPageContentStream(document, page)) {
                drawing.draw(new PdfPen(drawing.height(), document, content));
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            document.save(out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // into memory: cannot happen
        }
    }

    @Override
    public void path(Mark.Path path) {
        written(() -> {
            boolean fill = path.fill() != Mark.NONE;
            boolean stroke = path.stroke() != Mark.NONE;
            if (fill) {
                page.setNonStrokingColor(red(path.fill()), green(path.fill()), blue(path.fill()));
            }
            if (stroke) {
                page.setStrokingColor(red(path.stroke()), green(path.stroke()), blue(path.stroke()));
                page.setLineWidth((float) path.width());
                float dash = (float) path.dash();
                page.setLineDashPattern(dash > 0 ? new float[] {dash} : new float[0], 0);
            }
            trace(path.shape());
            if (fill && stroke) {
                page.fillAndStroke();
            } else if (fill) {
                page.fill();
            } else {
                page.stroke();
            }
        });
    }

    private void trace(Shape shape) throws IOException {
        float[] c = new float[6];
        float x = 0;
        float y = 0;
        for (PathIterator it = shape.getPathIterator(null); !it.isDone(); it.next()) {
            int kind = it.currentSegment(c);
            switch (kind) {
                case PathIterator.SEG_MOVETO -> page.moveTo(c[0], up(c[1]));
                case PathIterator.SEG_LINETO -> page.lineTo(c[0], up(c[1]));
                // a quadratic curve as the cubic that it is
                case PathIterator.SEG_QUADTO ->
                    page.curveTo(
                            (x + 2 * c[0]) / 3,
                            up((y + 2 * c[1]) / 3),
                            (c[2] + 2 * c[0]) / 3,
                            up((c[3] + 2 * c[1]) / 3),
                            c[2],
                            up(c[3]));
                case PathIterator.SEG_CUBICTO -> page.curveTo(c[0], up(c[1]), c[2], up(c[3]), c[4], up(c[5]));
                default -> page.closePath();
            }
            int last = new int[] {0, 0, 2, 4, 0}[kind];
            x = kind == PathIterator.SEG_CLOSE ? x : c[last];
            y = kind == PathIterator.SEG_CLOSE ? y : c[last + 1];
        }
    }

    @Override
    public void words(Mark.Words w) {
        written(() -> {
            page.beginText();
            page.setFont(font(w.font()), (float) w.size());
            page.setNonStrokingColor(red(w.rgb()), green(w.rgb()), blue(w.rgb()));
            page.setTextMatrix(
                    w.upward()
                            ? new Matrix(0, 1, -1, 0, (float) w.x(), up(w.y()))
                            : new Matrix(1, 0, 0, 1, (float) w.x(), up(w.y())));
            page.showText(w.text());
            page.endText();
        });
    }

    @Override
    public void picture(Mark.Picture p) {
        written(() -> {
            PDImageXObject image = p.photo()
                    ? JPEGFactory.createFromByteArray(document, Images.jpeg(p.image(), Figure.JPEG_QUALITY))
                    : LosslessFactory.createFromImage(document, p.image());
            image.getCOSObject().setBoolean(COSName.INTERPOLATE, true);
            page.drawImage(image, (float) p.x(), up(p.y() + p.height()), (float) p.width(), (float) p.height());
        });
    }

    private PDType0Font font(Font font) throws IOException {
        PDType0Font loaded = fonts.get(font);
        if (loaded == null) {
            loaded = PDType0Font.load(document, new TTFParser().parse(new RandomAccessReadBuffer(font.file())), true);
            fonts.put(font, loaded);
        }
        return loaded;
    }

    private float up(double y) {
        return (float) (height - y);
    }

    private static float red(int rgb) {
        return (rgb >> 16 & 255) / 255f;
    }

    private static float green(int rgb) {
        return (rgb >> 8 & 255) / 255f;
    }

    private static float blue(int rgb) {
        return (rgb & 255) / 255f;
    }

    private interface Writing {
        void run() throws IOException;
    }

    private static void written(Writing writing) {
        try {
            writing.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // into memory: cannot happen
        }
    }
}
