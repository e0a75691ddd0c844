package panst3r.checkpoint;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import panst3r.PanSt3RException;
import panst3r.WholeFile;

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
        try {
            WholeFile.write(file, out -> {
                WholeFile.writeFully(out, header);
                for (TensorData tensor : tensors.values()) {
                    WholeFile.writeFully(out, tensor.data());
                }
            });
        } catch (IOException e) {
            long bytes = tensors.values().stream().mapToLong(TensorData::bytes).sum() + header.capacity();
            throw new PanSt3RException(
                    file + " (" + bytes + " bytes) could not be written: " + e.getMessage() + ".", e);
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
}
