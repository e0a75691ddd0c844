package panst3r.image;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import panst3r.PanSt3RException;
import panst3r.Progress;

/**
 * Photos that belong together, in their user's order. Opening reads only their headers; what cannot be used is left out
 * with a warning, so that one bad file never costs the others.
 */
public final class ImageSet {
    /** Below this part of a photo that fits the working size, its user is told. */
    private static final double WARN_CROP = 0.5;

    private record Entry(Photo photo, ImageFile.Header header) {}

    private final List<Entry> entries;
    private final List<String> warnings;

    private ImageSet(List<Entry> entries, List<String> warnings) {
        this.entries = List.copyOf(entries);
        this.warnings = List.copyOf(warnings);
    }

    /** {@link #open(Collection, int)} without a limit. */
    public static ImageSet open(String... sources) {
        return open(List.of(sources), Integer.MAX_VALUE);
    }

    /** {@link #open(Collection, int)} of files or directories, without a limit. */
    public static ImageSet open(Path... sources) {
        return open(Arrays.stream(sources).map(Path::toString).toList(), Integer.MAX_VALUE);
    }

    /**
     * Finds photos and reads their dimensions.
     *
     * @param sources each a directory (its images, not those of sub-directories), a glob ({@code room/*.jpg},
     *     {@code **} for any depth) or a file. Within a directory or glob the order is that of the names, numbers by
     *     value: img2 before img10; hidden files are skipped, and files that are no images by their name
     * @param max the first so many are taken
     * @throws PanSt3RException if a source does not exist, or no usable image is found
     */
    public static ImageSet open(Collection<String> sources, int max) {
        if (max < 1) {
            throw new PanSt3RException("At least one photo must be taken, not " + max + ".");
        }
        List<Path> files = Sources.find(sources);
        List<String> warnings = new ArrayList<>();
        List<Path> good = new ArrayList<>();
        List<ImageFile.Header> headers = new ArrayList<>();
        Set<Path> seen = new HashSet<>();
        for (int i = 0; i < files.size(); i++) {
            Progress.stopIfInterrupted("Opening photos");
            if (good.size() == max) {
                warnings.add(
                        "Only the first " + max + " photos were taken; " + (files.size() - i) + " more are there.");
                break;
            }
            Path file = files.get(i);
            if (!seen.add(file.toAbsolutePath().normalize())) {
                warnings.add(file.getFileName() + " was named twice and is taken once.");
                continue;
            }
            try {
                headers.add(ImageFile.probe(file));
                good.add(file);
            } catch (PanSt3RException e) {
                warnings.add(leftOut(file.getFileName().toString(), e));
            }
        }
        if (good.isEmpty()) {
            throw new PanSt3RException("No photo can be used: "
                    + (files.isEmpty()
                            ? "there is no JPEG, PNG, WebP or TIFF file in " + String.join(", ", sources) + "."
                            : summary(warnings)));
        }
        List<String> names = uniqueNames(good, warnings);
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < good.size(); i++) {
            ImageFile.Header h = headers.get(i);
            entries.add(new Entry(new Photo(good.get(i), names.get(i), h.uprightWidth(), h.uprightHeight()), h));
        }
        return new ImageSet(entries, warnings);
    }

    /** In order; names are unique. */
    public List<Photo> photos() {
        return entries.stream().map(Entry::photo).toList();
    }

    /** One sentence each: files left out, names changed. */
    public List<String> warnings() {
        return warnings;
    }

    /**
     * Decodes, crops and resizes every photo to the working size of the model. A photo that turns out to be damaged is
     * left out with {@link Progress#warn}.
     *
     * @param modelSize the model's image size: 224, 336, 384, 448, 512 or 768
     * @return at least one view, in order
     * @throws PanSt3RException if no photo could be read
     */
    public List<View> load(int modelSize, Progress progress) {
        return load(WorkingSize.table(modelSize), progress);
    }

    /** {@link #load(int, Progress)} for a model with working sizes of its own: landscape, by growing aspect ratio. */
    public List<View> load(List<WorkingSize> sizes, Progress progress) {
        List<View> views = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            progress.step("load", i, entries.size());
            Entry entry = entries.get(i);
            try {
                views.add(load(entry, sizes, progress));
            } catch (PanSt3RException e) {
                if (e instanceof panst3r.CancelledException) {
                    throw e;
                }
                faults.add(leftOut(entry.photo.name(), e));
                progress.warn(faults.get(faults.size() - 1));
            }
        }
        if (views.isEmpty()) {
            throw new PanSt3RException("No photo can be used: " + summary(faults));
        }
        progress.step("load", entries.size(), entries.size());
        return views;
    }

    /**
     * All of a photo, upright, in its own pixels.
     *
     * @throws PanSt3RException if its file is gone, damaged, or another by now
     */
    public static BufferedImage upright(Photo photo) {
        try {
            if (photo.file() == null) {
                throw new PanSt3RException("is no file");
            }
            ImageFile.Header header = ImageFile.probe(photo.file());
            if (header.uprightWidth() != photo.width() || header.uprightHeight() != photo.height()) {
                throw new PanSt3RException("is of another size by now");
            }
            Pixels pixels = new Pixels(ImageFile.decode(photo.file(), header), header.orientation());
            BufferedImage out = new BufferedImage(photo.width(), photo.height(), BufferedImage.TYPE_INT_RGB);
            int n = photo.width();
            for (int y = 0; y < photo.height(); y++) {
                float[] row = pixels.row(y, 0, n);
                for (int x = 0; x < n; x++) {
                    out.setRGB(x, y, (int) row[x] << 16 | (int) row[n + x] << 8 | (int) row[2 * n + x]);
                }
            }
            return out;
        } catch (panst3r.CancelledException e) {
            throw e;
        } catch (PanSt3RException e) {
            throw new PanSt3RException(photo.name() + " cannot be read again: it " + e.getMessage() + ".", e);
        }
    }

    private static View load(Entry entry, List<WorkingSize> sizes, Progress progress) {
        Photo photo = entry.photo;
        BufferedImage image = ImageFile.decode(photo.file(), entry.header);
        Progress.stopIfInterrupted("Loading");
        Pixels pixels = new Pixels(image, entry.header.orientation());
        WorkingSize size = WorkingSize.nearest(sizes, photo.width(), photo.height());
        Framing framing = Framing.of(size, photo.width(), photo.height());
        double kept = (double) framing.cropWidth() * framing.cropHeight() / photo.width() / photo.height();
        if (kept < WARN_CROP) {
            progress.warn("Only the middle " + Math.round(100 * kept) + " % of " + photo.name() + " are used: it is "
                    + photo.width() + "×" + photo.height() + " and the model works at " + size + ".");
        }
        float[] values = Resize.bilinear(
                y -> normalised(pixels.row(framing.y() + y, framing.x(), framing.cropWidth())),
                framing.cropWidth(),
                framing.cropHeight(),
                size.width(),
                size.height());
        return View.of(photo, framing, values);
    }

    /** 0…255 to −1…1, in place. */
    private static float[] normalised(float[] row) {
        for (int i = 0; i < row.length; i++) {
            row[i] = (row[i] / 255 - 0.5f) / 0.5f;
        }
        return row;
    }

    /** File names; with their directory where two are the same, and a number where that is not enough. */
    private static List<String> uniqueNames(List<Path> files, List<String> warnings) {
        Map<String, Long> count = files.stream()
                .collect(Collectors.groupingBy(f -> f.getFileName().toString(), Collectors.counting()));
        Set<String> taken = new HashSet<>();
        List<String> names = new ArrayList<>();
        for (Path file : files) {
            String name = file.getFileName().toString();
            if (count.get(name) > 1 && file.toAbsolutePath().getParent().getFileName() != null) {
                name = file.toAbsolutePath().getParent().getFileName() + "/" + name;
            }
            String unique = name;
            for (int n = 2; !taken.add(unique); n++) {
                unique = name + " (" + n + ")";
            }
            names.add(unique);
        }
        count.forEach((name, n) -> {
            if (n > 1) {
                warnings.add(n + " photos are called " + name + "; they are told apart by their folder.");
            }
        });
        return names;
    }

    private static String leftOut(String name, PanSt3RException reason) {
        return name + " was left out: it " + reason.getMessage() + ".";
    }

    private static String summary(List<String> faults) {
        return faults.get(0) + (faults.size() == 1 ? "" : " (" + (faults.size() - 1) + " more like this.)");
    }
}
