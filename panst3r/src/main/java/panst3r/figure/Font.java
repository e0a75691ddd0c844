package panst3r.figure;

import java.awt.geom.AffineTransform;
import java.awt.geom.GeneralPath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import org.apache.fontbox.ttf.CmapLookup;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TTFSubsetter;
import org.apache.fontbox.ttf.TrueTypeFont;
import org.apache.pdfbox.io.RandomAccessReadBuffer;

/**
 * The two faces of Liberation Sans (SIL Open Font License 1.1). Widths and outlines are read here and not by Java's own
 * text drawing: that would need fonts on the machine, and look different on each. No kerning, in any format.
 */
enum Font {
    REGULAR("LiberationSans-Regular.ttf"),
    BOLD("LiberationSans-Bold.ttf");

    /** What takes the place of a character that the font does not have. */
    private static final int MISSING = '\u25a1';

    private static final List<String> TABLES = List.of(
            "head", "hhea", "maxp", "OS/2", "name", "cmap", "loca", "glyf", "hmtx", "post", "cvt ", "fpgm", "prep");

    private final byte[] file;
    private final TrueTypeFont font;
    private final CmapLookup glyphs;
    private final double unit;

    Font(String name) {
        try (InputStream in = Font.class.getResourceAsStream("/liberation/" + name)) {
            file = in.readAllBytes();
            font = new TTFParser().parse(new RandomAccessReadBuffer(file));
            glyphs = font.getUnicodeCmapLookup();
            unit = 1.0 / font.getUnitsPerEm();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // it is on the class path, and whole
        }
    }

    /** All bytes of the font's file. */
    byte[] file() {
        return file.clone();
    }

    /** In points, of text that {@link #printable} made. */
    synchronized double width(String text, double size) {
        try {
            double units = 0;
            for (int c : text.codePoints().toArray()) {
                units += font.getAdvanceWidth(glyphs.getGlyphId(c));
            }
            return units * unit * size;
        } catch (IOException e) {
            throw new UncheckedIOException(e); // from memory
        }
    }

    /** The same text in characters that this font has, in one line, without marks that change the order of reading. */
    synchronized String printable(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            int type = Character.getType(c);
            if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
                out.append(' ');
            } else if (type == Character.CONTROL || type == Character.FORMAT) {
                // nothing to see, and overrides of direction could make a name look like another
            } else {
                out.appendCodePoint(glyphs.getGlyphId(c) == 0 ? MISSING : c);
            }
        });
        return out.toString();
    }

    /** The outline of a line of text, baseline at y = 0, in points, y down. */
    synchronized GeneralPath outline(String text, double size) {
        try {
            GeneralPath out = new GeneralPath(GeneralPath.WIND_NON_ZERO);
            double x = 0;
            double scale = unit * size;
            for (int c : text.codePoints().toArray()) {
                int glyph = glyphs.getGlyphId(c);
                var data = font.getGlyph().getGlyph(glyph);
                if (data != null) {
                    out.append(data.getPath().getPathIterator(new AffineTransform(scale, 0, 0, -scale, x, 0)), false);
                }
                x += font.getAdvanceWidth(glyph) * scale;
            }
            return out;
        } catch (IOException e) {
            throw new UncheckedIOException(e); // from memory
        }
    }

    /** A font file with only these characters. */
    synchronized byte[] subset(Set<Integer> characters) {
        try {
            TTFSubsetter subsetter = new TTFSubsetter(font, TABLES);
            subsetter.addAll(characters);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            subsetter.writeToStream(out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // in memory
        }
    }
}
