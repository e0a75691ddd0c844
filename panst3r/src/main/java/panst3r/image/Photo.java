package panst3r.image;

import java.nio.file.Path;

/**
 * A photo as its user knows it: upright, in its own pixels.
 *
 * @param name unique in its image set, shown to the user
 * @param width in pixels, after the EXIF orientation is applied
 * @param height in pixels, after the EXIF orientation is applied
 */
public record Photo(Path file, String name, int width, int height) {}
