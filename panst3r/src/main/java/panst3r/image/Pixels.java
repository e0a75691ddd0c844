package panst3r.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import panst3r.PanSt3RException;

/**
 * A decoded image seen upright, as 8-bit RGB: alpha is dropped, grey repeated, 16 bits scaled by 1/257. Samples are taken
 * as they are stored; colour profiles are not applied, as in the reference. Safe for several threads.
 */
final class Pixels {
    private final BufferedImage image;
    private final Raster raster;
    private final Orientation orientation;
    private final int storedWidth;
    private final int storedHeight;
    /** RGB or grey samples can be taken from the raster; else the colour model must be asked. */
    private final boolean direct;

    private final boolean sixteenBit;

    Pixels(BufferedImage image, Orientation orientation) {
        this.image = image;
        this.raster = image.getRaster();
        this.orientation = orientation;
        this.storedWidth = image.getWidth();
        this.storedHeight = image.getHeight();
        int dataType = raster.getDataBuffer().getDataType();
        int space = image.getColorModel().getColorSpace().getType();
        this.direct = image.getColorModel() instanceof ComponentColorModel
                && !image.isAlphaPremultiplied()
                && (space == ColorSpace.TYPE_RGB && raster.getNumBands() >= 3
                        || space == ColorSpace.TYPE_GRAY && raster.getNumBands() <= 2)
                && (dataType == DataBuffer.TYPE_BYTE || dataType == DataBuffer.TYPE_USHORT);
        this.sixteenBit = dataType == DataBuffer.TYPE_USHORT;
        if (!direct && dataType != DataBuffer.TYPE_BYTE && dataType != DataBuffer.TYPE_INT && !sixteenBit) {
            throw new PanSt3RException("has pixels of a kind that is not read (floating point?); save it as 8-bit RGB");
        }
    }

    int width() {
        return orientation.transposes() ? storedHeight : storedWidth;
    }

    int height() {
        return orientation.transposes() ? storedWidth : storedHeight;
    }

    /** Part of an upright row. @return [3, count], 0…255 */
    float[] row(int y, int fromX, int count) {
        boolean transposes = orientation.transposes();
        boolean backwards = transposes ? orientation.fromBottom() : orientation.fromRight();
        int first = backwards ? width() - fromX - count : fromX;
        float[] out = new float[3 * count];
        int[] rgb = transposes
                ? stored(orientation.fromRight() ? storedWidth - 1 - y : y, first, 1, count)
                : stored(first, orientation.fromBottom() ? storedHeight - 1 - y : y, count, 1);
        for (int i = 0; i < count; i++) {
            int from = backwards ? count - 1 - i : i;
            for (int c = 0; c < 3; c++) {
                out[c * count + i] = rgb[3 * from + c];
            }
        }
        return out;
    }

    /** [w·h, 3] of a rectangle of the stored image. */
    private int[] stored(int x, int y, int w, int h) {
        int n = w * h;
        int[] out = new int[3 * n];
        if (!direct) {
            int[] argb = image.getRGB(x, y, w, h, null, 0, w);
            for (int i = 0; i < n; i++) {
                out[3 * i] = argb[i] >> 16 & 255;
                out[3 * i + 1] = argb[i] >> 8 & 255;
                out[3 * i + 2] = argb[i] & 255;
            }
            return out;
        }
        int bands = raster.getNumBands();
        int[] samples = raster.getPixels(x + raster.getMinX(), y + raster.getMinY(), w, h, (int[]) null);
        for (int i = 0; i < n; i++) {
            for (int c = 0; c < 3; c++) {
                int s = samples[bands * i + (bands >= 3 ? c : 0)];
                out[3 * i + c] = sixteenBit ? (s + 128) / 257 : s;
            }
        }
        return out;
    }
}
