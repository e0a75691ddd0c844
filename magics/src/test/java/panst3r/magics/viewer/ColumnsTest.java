package panst3r.magics.viewer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.InflaterInputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The columns as {@code data.js} reads them back, written down again here. */
class ColumnsTest {
    @Property
    void everyValueComesBack(@ForAll byte[] bytes, @ForAll char[] shorts, @ForAll char[] plain) throws IOException {
        Columns columns = new Columns();
        columns.bytes(bytes);
        columns.shorts(shorts);
        columns.plain(plain);
        byte[] raw = inflated(columns.deflated());

        assertThat(raw).hasSize(bytes.length + 2 * shorts.length + 2 * plain.length);
        assertThat(bytes(raw, 0, bytes.length)).isEqualTo(bytes);
        assertThat(shorts(raw, bytes.length, shorts.length, true)).isEqualTo(shorts);
        assertThat(shorts(raw, bytes.length + 2 * shorts.length, plain.length, false))
                .isEqualTo(plain);
    }

    static byte[] inflated(byte[] packed) throws IOException {
        return new InflaterInputStream(new ByteArrayInputStream(packed)).readAllBytes();
    }

    static byte[] bytes(byte[] raw, int at, int n) {
        byte[] out = new byte[n];
        byte sum = 0;
        for (int i = 0; i < n; i++) {
            sum += raw[at + i];
            out[i] = sum;
        }
        return out;
    }

    static char[] shorts(byte[] raw, int at, int n, boolean differences) {
        char[] out = new char[n];
        char sum = 0;
        for (int i = 0; i < n; i++) {
            int value = raw[at + i] & 255 | (raw[at + n + i] & 255) << 8;
            sum = (char) (differences ? sum + value : value);
            out[i] = sum;
        }
        return out;
    }
}
