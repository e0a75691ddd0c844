package panst3r.image;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import panst3r.PanSt3RException;
import panst3r.Progress;

/**
 * Photos that belong together, in their user's order. Opening reads only their headers; what cannot be used is left out
 * with a warning, so that one bad file never costs the others.
 */
public final class ImageSet {
    private final List<Photo> photos;
    private final List<String> warnings;

    private ImageSet(List<Photo> photos, List<String> warnings) {
        this.photos = List.copyOf(photos);
        this.warnings = List.copyOf(warnings);
    }

    /** {@link #open(Collection, int)} without a limit. */
    public static ImageSet open(String... sources) {
        return open(List.of(sources), Integer.MAX_VALUE);
    }

    /** {@link #open(Collection, int)} of files or directories. */
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
        throw new PanSt3RException("Not there yet.");
    }

    /** In order; names are unique. */
    public List<Photo> photos() {
        return photos;
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

    /** {@link #load(int, Progress)} for a model with working sizes of its own, landscape, by growing aspect ratio. */
    public List<View> load(List<WorkingSize> sizes, Progress progress) {
        throw new PanSt3RException("Not there yet.");
    }
}
