package panst3r.image;

import com.drew.imaging.FileType;
import com.drew.imaging.FileTypeDetector;
import com.drew.imaging.jpeg.JpegMetadataReader;
import com.drew.imaging.png.PngChunk;
import com.drew.imaging.png.PngChunkReader;
import com.drew.imaging.png.PngChunkType;
import com.drew.imaging.tiff.TiffMetadataReader;
import com.drew.imaging.webp.WebpMetadataReader;
import com.drew.lang.ByteArrayReader;
import com.drew.lang.StreamReader;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifReader;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.event.IIOReadProgressListener;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import panst3r.PanSt3RException;
import panst3r.Progress;

/** One file that should hold an image: what its header says, and its pixels. */
final class ImageFile {
    /** Extensions that are taken from directories. The content decides what a file is. */
    private static final Set<String> EXTENSIONS =
            Set.of("jpg", "jpeg", "jpe", "jfif", "png", "webp", "tif", "tiff", "heic", "heif", "avif");

    private static final Set<FileType> SUPPORTED = Set.of(FileType.Jpeg, FileType.Png, FileType.WebP, FileType.Tiff);
    private static final int MIN_SIDE = 4;
    private static final int MAX_SIDE = 20_000;
    private static final long MAX_PIXELS = 100_000_000;
    /** The decoded image, the decoder's own buffers, and rows on their way to the working size. */
    private static final long BYTES_PER_PIXEL = 8;

    private static final List<ImageReaderSpi> PLUGINS = registerPlugins();

    private ImageFile() {}

    /**
     * What the header says.
     *
     * @param width as stored
     * @param height as stored
     * @param orientation as stored to upright
     */
    record Header(int width, int height, Orientation orientation) {
        int uprightWidth() {
            return orientation.transposes() ? height : width;
        }

        int uprightHeight() {
            return orientation.transposes() ? width : height;
        }
    }

    static boolean isImageByName(Path file) {
        String name = file.getFileName().toString();
        return EXTENSIONS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }

    /**
     * Reads no pixels, so what a header claims costs nothing before it is checked.
     *
     * @throws PanSt3RException with a reason that follows the file's name: "is …"
     */
    static Header probe(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new PanSt3RException("is no file");
        }
        FileType type = type(file);
        int width;
        int height;
        try (ImageInputStream in = new FileImageInputStream(file.toFile())) {
            ImageReader reader = reader(in);
            try {
                reader.setInput(in, true, true);
                width = reader.getWidth(0);
                height = reader.getHeight(0);
            } finally {
                reader.dispose();
            }
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            throw damaged(e);
        }
        if (width < MIN_SIDE || height < MIN_SIDE) {
            throw new PanSt3RException("is " + pixels(width, height) + ", too small to see anything in; photos need "
                    + MIN_SIDE + " pixels a side at the very least");
        }
        if (width > MAX_SIDE || height > MAX_SIDE || (long) width * height > MAX_PIXELS) {
            throw new PanSt3RException("is " + pixels(width, height) + ", more than the " + MAX_SIDE
                    + " pixels a side and " + MAX_PIXELS / 1_000_000 + " megapixels that are read; make it smaller");
        }
        return new Header(width, height, orientation(file, type));
    }

    /**
     * The pixels as stored. Stops with an incomplete image when the thread is interrupted: the caller asks then.
     *
     * @throws PanSt3RException with a reason that follows the file's name: "is …"
     */
    static BufferedImage decode(Path file, Header header) {
        Runtime java = Runtime.getRuntime();
        long need = BYTES_PER_PIXEL * header.width * header.height;
        if (need > java.maxMemory() - (java.totalMemory() - java.freeMemory())) {
            throw new PanSt3RException("needs " + (need >> 20) + " MB of Java memory to be read, more than is free;"
                    + " give Java more (-Xmx) or make it smaller");
        }
        List<String> faults = new ArrayList<>();
        try (ImageInputStream in =
                new MemoryCacheImageInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            ImageReader reader = reader(in);
            try {
                reader.setInput(in, true, true);
                reader.addIIOReadProgressListener(new StopWhenInterrupted());
                // Decoders fill the rest of a truncated image with grey and only mention it.
                reader.addIIOReadWarningListener((source, warning) -> {
                    String w = warning.toLowerCase(Locale.ROOT);
                    if (w.contains("premature") || w.contains("corrupt") && !w.contains("extraneous")) {
                        faults.add(warning);
                    }
                });
                BufferedImage image = reader.read(0, withoutColourManagement(reader));
                if (!faults.isEmpty()) {
                    throw new IOException(faults.get(0));
                }
                if (image.getWidth() != header.width || image.getHeight() != header.height) {
                    throw new IOException("it changed while it was read");
                }
                return image;
            } finally {
                reader.dispose();
            }
        } catch (OutOfMemoryError e) {
            // One array, sized by a damaged header (a colour profile of 2 GB), not the memory of this machine.
            throw new PanSt3RException("asks for more Java memory than there is; it is probably damaged", e);
        } catch (IOException | RuntimeException e) {
            Progress.stopIfInterrupted("Loading");
            throw damaged(e);
        }
    }

    /** RGB samples as they are stored, in whatever colour space: the reference does not convert them either. */
    private static ImageReadParam withoutColourManagement(ImageReader reader) throws IOException {
        ImageReadParam param = reader.getDefaultReadParam();
        ImageTypeSpecifier raw = reader.getRawImageType(0);
        if (raw != null && raw.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_RGB) {
            Iterator<ImageTypeSpecifier> types = reader.getImageTypes(0);
            while (types.hasNext()) {
                ImageTypeSpecifier type = types.next();
                if (type.getColorModel() instanceof ComponentColorModel
                        && type.getColorModel()
                                .getColorSpace()
                                .equals(raw.getColorModel().getColorSpace())) {
                    param.setDestinationType(type);
                    break;
                }
            }
        }
        return param;
    }

    private static FileType type(Path file) {
        FileType type;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            type = FileTypeDetector.detectFileType(in);
        } catch (AccessDeniedException e) {
            throw new PanSt3RException("may not be read; check its permissions", e);
        } catch (IOException e) {
            throw damaged(e);
        }
        if (type == FileType.Heif || type == FileType.Avif) {
            throw new PanSt3RException("is in " + type.getName()
                    + " format, which Java cannot read; convert it to JPEG first (phones can be set to take JPEG)");
        }
        if (!SUPPORTED.contains(type)) {
            String what = type == FileType.Unknown ? "no image" : "a file of type " + type.getName();
            throw new PanSt3RException("is " + what + "; JPEG, PNG, WebP and TIFF are read");
        }
        return type;
    }

    /** Only the EXIF part of the file is looked at; whatever is wrong with it, the photo counts as upright. */
    private static Orientation orientation(Path file, FileType type) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            Metadata metadata = new Metadata();
            if (type == FileType.Jpeg) {
                metadata = JpegMetadataReader.readMetadata(in, List.of(new ExifReader()));
            } else if (type == FileType.WebP) {
                metadata = WebpMetadataReader.readMetadata(in);
            } else if (type == FileType.Tiff) {
                metadata = TiffMetadataReader.readMetadata(file.toFile());
            } else {
                // Not its whole reader, which inflates every compressed chunk, however large.
                for (PngChunk chunk : new PngChunkReader().extract(new StreamReader(in), Set.of(PngChunkType.eXIf))) {
                    new ExifReader().extract(new ByteArrayReader(chunk.getBytes()), metadata);
                }
            }
            ExifIFD0Directory exif = metadata.getFirstDirectoryOfType(ExifIFD0Directory.class);
            Integer code = exif == null ? null : exif.getInteger(ExifIFD0Directory.TAG_ORIENTATION);
            return Orientation.of(code == null ? 1 : code);
        } catch (Exception | OutOfMemoryError e) {
            return Orientation.UPRIGHT;
        }
    }

    /** The project's own decoders first, then Java's. */
    private static ImageReader reader(ImageInputStream in) throws IOException {
        for (ImageReaderSpi plugin : PLUGINS) {
            if (plugin.canDecodeInput(in)) {
                return plugin.createReaderInstance();
            }
        }
        Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
        if (!readers.hasNext()) {
            throw new IOException("no decoder knows it");
        }
        return readers.next();
    }

    /**
     * Image decoders beside this class. ImageIO itself looks for them through the thread's class loader, once, which in a
     * notebook is before this library was there.
     */
    private static List<ImageReaderSpi> registerPlugins() {
        IIORegistry registry = IIORegistry.getDefaultInstance();
        List<ImageReaderSpi> out = new ArrayList<>();
        for (ImageReaderSpi plugin : ServiceLoader.load(ImageReaderSpi.class, ImageFile.class.getClassLoader())) {
            ImageReaderSpi known = registry.getServiceProviderByClass(plugin.getClass());
            if (known == null) {
                registry.registerServiceProvider(plugin, ImageReaderSpi.class);
            }
            out.add(known == null ? plugin : known);
        }
        return out;
    }

    private static PanSt3RException damaged(Throwable e) {
        String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return new PanSt3RException("is damaged (" + why.strip().replaceAll("\\s+", " ") + ")", e);
    }

    private static String pixels(int width, int height) {
        return width + "×" + height + " pixels";
    }

    private static final class StopWhenInterrupted implements IIOReadProgressListener {
        @Override
        public void imageProgress(ImageReader source, float percentageDone) {
            if (Thread.currentThread().isInterrupted()) {
                source.abort();
            }
        }

        @Override
        public void sequenceStarted(ImageReader source, int minIndex) {}

        @Override
        public void sequenceComplete(ImageReader source) {}

        @Override
        public void imageStarted(ImageReader source, int imageIndex) {}

        @Override
        public void imageComplete(ImageReader source) {}

        @Override
        public void thumbnailStarted(ImageReader source, int imageIndex, int thumbnailIndex) {}

        @Override
        public void thumbnailProgress(ImageReader source, float percentageDone) {}

        @Override
        public void thumbnailComplete(ImageReader source) {}

        @Override
        public void readAborted(ImageReader source) {}
    }
}
