package panst3r.scene;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.zip.CRC32C;
import panst3r.CancelledException;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.image.View;
import panst3r.inference.Prediction;
import panst3r.inference.ViewPrediction;
import panst3r.merge.Panoptic;
import panst3r.scene.SceneFormat.Array;
import panst3r.scene.SceneFormat.Description;
import panst3r.scene.SceneFormat.ViewDescription;

/** Writes a scene (see {@link SceneFormat}) array by array, without a second copy in memory. */
final class SceneWriter {
    private static final int ALIGNMENT = 64;
    /** So much is handed to the disk at once: the wait for it stays short enough to be interrupted. */
    private static final long SYNC_EVERY = 64L << 20;

    private final Description description;
    private final List<Array> arrays;
    private final Progress progress;
    private final int steps;
    private int step;

    SceneWriter(Scene scene, Progress progress) {
        Prediction prediction = scene.prediction();
        Panoptic panoptic = scene.panoptic().orElse(null);
        this.arrays = arrays(prediction, panoptic);
        this.description = new Description(
                prediction.model(),
                prediction.activation(),
                prediction.hasMasks() ? prediction.classLogits().mode() : null,
                prediction.classNames(),
                prediction.views().stream().map(SceneWriter::describe).toList(),
                panoptic == null ? null : panoptic.strategy(),
                panoptic == null ? List.of() : panoptic.segments(),
                scene.placement().orElse(null),
                new LinkedHashMap<>());
        this.progress = progress;
        this.steps = 2 * arrays.size();
    }

    /** To a temporary file beside {@code file} that is moved there once it is safely on the disk. */
    void write(Path file) {
        if (Files.isDirectory(file)) {
            throw new PanSt3RException(file + " is a folder; give the name of a file for the scene.");
        }
        ByteBuffer header = header();
        Path folder = file.toAbsolutePath().getParent();
        // Always the same name: what a killed run left is overwritten, not piled up.
        Path part = folder.resolve("." + file.getFileName() + ".part");
        try {
            Files.createDirectories(folder);
            // 0 where the system does not tell, as in some containers
            long free = folder.toFile().getUsableSpace();
            if (free > 0 && size(header) > free) {
                throw new PanSt3RException(file + " needs " + megabytes(size(header)) + " but only " + megabytes(free)
                        + " are free there; choose another place.");
            }
            try (FileChannel out = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = lock(out, file)) {
                try {
                    out.truncate(0);
                    write(header, out);
                    out.force(true);
                    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                } catch (IOException | RuntimeException e) {
                    Files.deleteIfExists(part);
                    throw e;
                }
            }
            syncFolder(folder);
        } catch (ClosedByInterruptException e) {
            Thread.interrupted();
            throw new CancelledException("Saving");
        } catch (IOException e) {
            throw new PanSt3RException(
                    file + " (" + megabytes(size(header)) + ") could not be written: " + e.getMessage()
                            + "; what was there before is untouched.",
                    e);
        }
    }

    /** The whole file. */
    void write(ByteBuffer header, WritableByteChannel out) throws IOException {
        writeFully(header.duplicate(), out);
        ByteBuffer chunk = SceneFormat.chunkBuffer();
        long unsynced = 0;
        for (Array array : arrays) {
            progress.step("save", step++, steps);
            for (int first = 0; first < array.data().remaining(); first += chunk.capacity() / 4) {
                Progress.stopIfInterrupted("Saving");
                array.chunk(first, chunk);
                unsynced += chunk.remaining();
                writeFully(chunk, out);
                if (unsynced >= SYNC_EVERY && out instanceof FileChannel disk) {
                    disk.force(false);
                    unsynced = 0;
                }
            }
        }
        ByteBuffer checksum = ByteBuffer.allocate(SceneFormat.CHECKSUM_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        writeFully(checksum.putInt(SceneFormat.checksum(header)).flip(), out);
        progress.step("save", steps, steps);
    }

    /** Length and JSON, after going once over all arrays for their checksums. */
    ByteBuffer header() {
        ByteBuffer chunk = SceneFormat.chunkBuffer();
        for (Array array : arrays) {
            progress.step("save", step++, steps);
            CRC32C crc = new CRC32C();
            for (int first = 0; first < array.data().remaining(); first += chunk.capacity() / 4) {
                array.chunk(first, chunk);
                crc.update(chunk);
            }
            description.checksums().put(array.name(), (int) crc.getValue());
        }
        JsonObject metadata = new JsonObject();
        metadata.addProperty(SceneFormat.FORMAT_KEY, SceneFormat.NAME);
        metadata.addProperty(SceneFormat.VERSION_KEY, String.valueOf(SceneFormat.VERSION));
        metadata.addProperty(SceneFormat.DESCRIPTION_KEY, SceneFormat.JSON.toJson(description));
        JsonObject json = new JsonObject();
        json.add("__metadata__", metadata);
        long at = 0;
        for (Array array : arrays) {
            json.add(array.name(), tensor(array.type().name(), array.shape(), at, at + array.bytes()));
            at += array.bytes();
        }
        long[] shape = {SceneFormat.CHECKSUM_BYTES};
        json.add(SceneFormat.CHECKSUM, tensor("U8", shape, at, at + SceneFormat.CHECKSUM_BYTES));
        byte[] text = json.toString().getBytes(StandardCharsets.UTF_8);
        // Padded with spaces, so that the arrays can be used where they are mapped.
        int length = (8 + text.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT - 8;
        ByteBuffer header = ByteBuffer.allocate(8 + length).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(length).put(text);
        while (header.hasRemaining()) {
            header.put((byte) ' ');
        }
        return header.flip();
    }

    private long size(ByteBuffer header) {
        return header.limit() + arrays.stream().mapToLong(Array::bytes).sum() + SceneFormat.CHECKSUM_BYTES;
    }

    private static List<Array> arrays(Prediction prediction, Panoptic panoptic) {
        List<Array> out = new ArrayList<>();
        for (int v = 0; v < prediction.views().size(); v++) {
            ViewPrediction p = prediction.views().get(v);
            long h = p.view().height();
            long w = p.view().width();
            out.add(new Array(
                    SceneFormat.pixels(v),
                    new long[] {3, h, w},
                    FloatBuffer.wrap(p.view().pixels())));
            out.add(new Array(
                    SceneFormat.pointmap(v), new long[] {h, w, 7}, p.pointmap().duplicate()));
            if (prediction.hasMasks()) {
                long[] shape = {prediction.classLogits().queries(), p.maskHeight(), p.maskWidth()};
                out.add(new Array(
                        SceneFormat.maskLogits(v), shape, p.maskLogits().duplicate()));
            }
            if (panoptic != null) {
                long[] shape = {h, w};
                out.add(new Array(
                        SceneFormat.segmentIds(v),
                        shape,
                        IntBuffer.wrap(panoptic.ids().get(v))));
                out.add(new Array(
                        SceneFormat.segmentConfidence(v),
                        shape,
                        FloatBuffer.wrap(panoptic.confidence().get(v))));
            }
        }
        if (prediction.hasMasks()) {
            long q = prediction.classLogits().queries();
            long[] logits = {q, prediction.classLogits().columns()};
            out.add(new Array(
                    "class_logits",
                    logits,
                    FloatBuffer.wrap(prediction.classLogits().values())));
            if (prediction.finalQueries() != null) {
                long[] queries = {q, prediction.finalQueries().length / q};
                out.add(new Array("final_queries", queries, FloatBuffer.wrap(prediction.finalQueries())));
            }
        }
        return out;
    }

    private static ViewDescription describe(ViewPrediction p) {
        View v = p.view();
        return new ViewDescription(
                v.photo().file() == null ? null : v.photo().file().toString(),
                v.photo().name(),
                v.photo().width(),
                v.photo().height(),
                v.width(),
                v.height(),
                v.photoToView(),
                v.viewToPhoto(),
                p.keyframe());
    }

    private static JsonObject tensor(String type, long[] shape, long from, long to) {
        JsonObject out = new JsonObject();
        JsonArray dims = new JsonArray();
        for (long s : shape) {
            dims.add(s);
        }
        JsonArray offsets = new JsonArray();
        offsets.add(from);
        offsets.add(to);
        out.addProperty("dtype", type);
        out.add("shape", dims);
        out.add("data_offsets", offsets);
        return out;
    }

    private static FileLock lock(FileChannel out, Path file) throws IOException {
        FileLock lock = null;
        try {
            lock = out.tryLock();
        } catch (OverlappingFileLockException e) {
            // by another thread: as by another program
        }
        if (lock == null) {
            throw new PanSt3RException(file + " is being saved by someone else at this moment; try again.");
        }
        return lock;
    }

    /** Makes the new name durable, where the system lets a folder be synced. */
    private static void syncFolder(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // the file itself is on the disk; before the name is, the old scene is what a power cut leaves
        }
    }

    private static void writeFully(ByteBuffer bytes, WritableByteChannel out) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    private static String megabytes(long bytes) {
        return (bytes + (1 << 20) - 1 >> 20) + " MB";
    }
}
