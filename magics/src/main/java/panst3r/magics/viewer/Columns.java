package panst3r.magics.viewer;

import java.io.ByteArrayOutputStream;
import java.util.zip.Deflater;

/**
 * Numbers as the viewer unpacks them ({@code data.js}): column by column, each value as the difference to the one
 * before (modulo 2⁸ or 2¹⁶), 16-bit columns with all low bytes before all high bytes, everything deflated (zlib). Points
 * are in the order of their pixels, so that differences are small and the whole shrinks to about a third.
 */
final class Columns {
    /** Higher levels take three times as long for a percent or two. */
    private static final int LEVEL = 6;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    void bytes(byte[] values) {
        byte[] differences = new byte[values.length];
        byte before = 0;
        for (int i = 0; i < values.length; i++) {
            differences[i] = (byte) (values[i] - before);
            before = values[i];
        }
        out.writeBytes(differences);
    }

    void shorts(char[] values) {
        char[] differences = new char[values.length];
        char before = 0;
        for (int i = 0; i < values.length; i++) {
            differences[i] = (char) (values[i] - before);
            before = values[i];
        }
        plain(differences);
    }

    /** Without differences: for what is small already. */
    void plain(char[] values) {
        byte[] halves = new byte[2 * values.length];
        for (int i = 0; i < values.length; i++) {
            halves[i] = (byte) values[i];
            halves[values.length + i] = (byte) (values[i] >> 8);
        }
        out.writeBytes(halves);
    }

    byte[] deflated() {
        Deflater deflater = new Deflater(LEVEL);
        try {
            deflater.setInput(out.toByteArray());
            deflater.finish();
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            byte[] buffer = new byte[1 << 16];
            while (!deflater.finished()) {
                packed.write(buffer, 0, deflater.deflate(buffer));
            }
            return packed.toByteArray();
        } finally {
            deflater.end();
        }
    }
}
