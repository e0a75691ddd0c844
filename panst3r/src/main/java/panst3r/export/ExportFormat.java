package panst3r.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.scene.Scene;

/** The formats that scenes leave in. Whatever fails, nothing half is left behind: see {@link ExportTarget}. */
public enum ExportFormat {
    /** Points in one file, with colour, confidence, view, segment and class. */
    PLY(".ply", PlyFile::write),
    /** Points, or a surface a view, and cameras in one file of binary glTF. */
    GLB(".glb", GlbFile::write),
    /** A folder: COLMAP's cameras, images and points as binary files, and the photos. */
    COLMAP(null, ColmapFolder::writeBinary),
    /** The same with text files. */
    COLMAP_TEXT(null, ColmapFolder::writeText),
    /** A folder: transforms.json, points and the photos. */
    NERFSTUDIO(null, NerfstudioFolder::write),
    /** A folder: COCO's panoptic JSON and PNG files, and the photos. */
    COCO(null, CocoPanoptic::write),
    /** A folder: depth of every view as 16-bit PNG and float32 .npy, confidence as .npy. */
    DEPTH(null, DepthMaps::write),
    /** A folder: a PNG for every segment in every view. */
    MASKS(null, MaskImages::write);

    @FunctionalInterface
    private interface Writer {
        void write(Scene scene, ExportOptions options, ExportTarget target, Progress progress) throws IOException;
    }

    private final String suffix; // null for a folder
    private final Writer writer;

    ExportFormat(String suffix, Writer writer) {
        this.suffix = suffix;
        this.writer = writer;
    }

    /** As users write it: {@code colmap-text}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether it is a folder of files. */
    public boolean isFolder() {
        return suffix == null;
    }

    /** The format of a file with this name, if its extension says. */
    public static Optional<ExportFormat> ofFile(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(f -> !f.isFolder() && name.endsWith(f.suffix))
                .findFirst();
    }

    /** @throws PanSt3RException if there is no such format */
    public static ExportFormat named(String id) {
        return Arrays.stream(values())
                .filter(f -> f.id().equals(id.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new PanSt3RException("There is no format “" + id + "”; there is "
                        + String.join(
                                ", ",
                                Arrays.stream(values()).map(ExportFormat::id).toList()) + "."));
    }

    /**
     * Writes a scene.
     *
     * @param place a file, or a folder if {@link #isFolder}
     * @throws PanSt3RException if there is something already and it may not be overwritten, if the scene lacks what the
     *     format needs, or if it cannot be written; what was there is then as it was
     */
    public void export(Scene scene, Path place, ExportOptions options, Progress progress) {
        ExportTarget.Content content = target -> write(scene, options, target, progress);
        if (isFolder()) {
            ExportTarget.folder(place, options.overwrite(), content);
        } else {
            ExportTarget.file(place, options.overwrite(), content);
        }
    }

    void write(Scene scene, ExportOptions options, ExportTarget target, Progress progress) throws IOException {
        writer.write(scene, options, target, progress);
    }
}
