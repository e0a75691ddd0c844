package panst3r.dataset;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import panst3r.PanSt3RException;
import panst3r.Rotations;

/** Images and tables of numbers as data sets have them. */
final class DataFiles {
    private static final int MOST_PIXELS = 40_000_000;
    private static final long LARGEST_TEXT = 64 << 20;

    /** Width and height of an image. */
    record Size(int width, int height) {}

    private DataFiles() {}

    /** Read from the header. */
    static Size size(Path file) {
        return open(file, reader -> new Size(reader.getWidth(0), reader.getHeight(0)));
    }

    /** [H, W, 3] of a photo as it is stored. */
    static byte[] rgb(Path file) {
        BufferedImage image = open(file, reader -> reader.read(0));
        byte[] rgb = new byte[3 * image.getWidth() * image.getHeight()];
        int[] row = new int[image.getWidth()];
        for (int y = 0, i = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, image.getWidth(), 1, row, 0, image.getWidth());
            for (int pixel : row) {
                rgb[i++] = (byte) (pixel >> 16);
                rgb[i++] = (byte) (pixel >> 8);
                rgb[i++] = (byte) pixel;
            }
        }
        return rgb;
    }

    /** [H, W] stored numbers of a grey image, untouched by any colour management. */
    static int[] grey(Path file) {
        Raster raster = open(file, reader -> reader.read(0).getRaster());
        if (raster.getNumBands() != 1) {
            throw new PanSt3RException(
                    file + " has " + raster.getNumBands() + " channels, but must be a grey image of numbers.");
        }
        return raster.getSamples(0, 0, raster.getWidth(), raster.getHeight(), 0, (int[]) null);
    }

    /** The same in another size; of each pixel the one at its middle. */
    static int[] grey(Path file, int width, int height) {
        Size from = size(file);
        Size to = new Size(width, height);
        sameShape(file, from, to);
        int[] all = grey(file);
        int[] out = new int[width * height];
        for (int y = 0, i = 0; y < height; y++) {
            for (int x = 0; x < width; x++, i++) {
                out[i] = all[nearest(x, y, to, from)];
            }
        }
        return out;
    }

    /** Index in an image of another size of the pixel at the middle of this one. */
    static int nearest(int x, int y, Size of, Size in) {
        int row = (int) ((2L * y + 1) * in.height / (2L * of.height));
        int column = (int) ((2L * x + 1) * in.width / (2L * of.width));
        return row * in.width + column;
    }

    /** Refuses images that cannot show the same; a hundredth is left for rounding. */
    static void sameShape(Path file, Size one, Size other) {
        double ratio = one.width * (double) other.height / (one.height * (double) other.width);
        if (Math.abs(ratio - 1) > 0.01) {
            throw new PanSt3RException(file + " has " + one.width + "×" + one.height
                    + " pixels, which is not the shape of the image that belongs to it, " + other.width + "×"
                    + other.height + ".");
        }
    }

    /** Refuses a pose, [4, 4] row-major, that is no rotation and translation. */
    static void rigid(Path file, double[] m) {
        if (!Rotations.isRigid(m, 1e-2)) {
            throw new PanSt3RException(file + " is not a rotation and a translation (x right, y down, z forward).");
        }
    }

    /** A matrix of numbers apart by blanks, row by row; infinite ones may be among them. */
    static double[] numbers(Path file, int... lengths) {
        try {
            double[] out = Arrays.stream(text(file).strip().split("\\s+"))
                    .mapToDouble(DataFiles::number)
                    .toArray();
            if (Arrays.stream(lengths).anyMatch(n -> n == out.length)) {
                return out;
            }
            throw new PanSt3RException(file + " holds " + out.length + " numbers, not "
                    + String.join(
                            " or ",
                            Arrays.stream(lengths).mapToObj(Integer::toString).toList()) + ".");
        } catch (NumberFormatException e) {
            String bad = String.valueOf(e.getMessage());
            throw new PanSt3RException(file + " holds something that is not a number (" + bad + ").", e);
        }
    }

    /** As Python writes them. */
    private static double number(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            case "nan" -> Double.NaN;
            default -> Double.parseDouble(word);
        };
    }

    static List<String> lines(Path file) {
        return text(file).lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
    }

    static String text(Path file) {
        need(file);
        try {
            if (Files.size(file) > LARGEST_TEXT) {
                throw new PanSt3RException(file + " is too large to be what it should be.");
            }
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new PanSt3RException(file + " cannot be read (" + e + ").", e);
        }
    }

    static Path need(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new PanSt3RException(
                    file + " is missing; docs/evaluation.md says which files a data set needs, and where.");
        }
        return file;
    }

    private interface Use<T> {
        T of(ImageReader reader) throws IOException;
    }

    private static <T> T open(Path file, Use<T> use) {
        need(file);
        try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
            Iterator<ImageReader> readers = in == null ? null : ImageIO.getImageReaders(in);
            if (readers == null || !readers.hasNext()) {
                throw new PanSt3RException(file + " is not an image that can be read; use PNG or JPEG.");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                if ((long) reader.getWidth(0) * reader.getHeight(0) > MOST_PIXELS) {
                    throw new PanSt3RException(file + " has more than " + MOST_PIXELS / 1_000_000 + " million pixels.");
                }
                return use.of(reader);
            } finally {
                reader.dispose();
            }
        } catch (IOException | RuntimeException e) {
            if (e instanceof PanSt3RException known) {
                throw known;
            }
            throw new PanSt3RException(file + " cannot be decoded; it may be cut off or damaged.", e);
        }
    }
}
