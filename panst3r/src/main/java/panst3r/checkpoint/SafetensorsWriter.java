package panst3r.checkpoint;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.UUID;
import panst3r.PanSt3RException;

/** Writes .safetensors files: to a temporary name beside the target, then moved, so that no half file is ever found. */
public final class SafetensorsWriter {
    private static final int ALIGNMENT = 64;

    private SafetensorsWriter() {}

    /**
     * @param tensors by name, in this order; each written in its own type
     * @param metadata free text pairs
     * @throws PanSt3RException if it cannot be written; what was at {@code file} before is still there then
     */
    public static void write(Path file, Map<String, TensorData> tensors, Map<String, String> metadata) {
        ByteBuffer header = header(tensors, metadata);
        Path folder = file.toAbsolutePath().getParent();
        Path temporary = null;
        try {
            Files.createDirectories(folder);
            temporary = folder.resolve("." + file.getFileName() + "." + UUID.randomUUID() + ".part");
            try (FileChannel out =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                writeFully(out, header);
                for (TensorData tensor : tensors.values()) {
                    writeFully(out, tensor.data());
                }
                out.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            long bytes = tensors.values().stream().mapToLong(TensorData::bytes).sum() + header.capacity();
            throw new PanSt3RException(
                    file + " (" + bytes + " bytes) could not be written: " + e.getMessage() + ".", e);
        } finally {
            deleteQuietly(temporary);
        }
    }

    private static ByteBuffer header(Map<String, TensorData> tensors, Map<String, String> metadata) {
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.beginObject();
            if (!metadata.isEmpty()) {
                json.name("__metadata__").beginObject();
                for (Map.Entry<String, String> e : metadata.entrySet()) {
                    json.name(e.getKey()).value(e.getValue());
                }
                json.endObject();
            }
            long at = 0;
            for (Map.Entry<String, TensorData> e : tensors.entrySet()) {
                TensorData tensor = e.getValue();
                json.name(e.getKey()).beginObject();
                json.name("dtype").value(tensor.dtype().name());
                json.name("shape").beginArray();
                for (long s : tensor.shape()) {
                    json.value(s);
                }
                json.endArray();
                json.name("data_offsets")
                        .beginArray()
                        .value(at)
                        .value(at + tensor.bytes())
                        .endArray();
                json.endObject();
                at += tensor.bytes();
            }
            json.endObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a StringWriter has none
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        // padded with spaces, so that the first tensor can be used where it is mapped
        int padded = (8 + bytes.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ByteBuffer header = ByteBuffer.allocate(padded).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(padded - 8).put(bytes);
        while (header.hasRemaining()) {
            header.put((byte) ' ');
        }
        return header.flip();
    }

    private static void writeFully(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    private static void deleteQuietly(Path temporary) {
        try {
            if (temporary != null) {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            // the target is whole or was never touched; a stray temporary file is no reason to fail
        }
    }
}
