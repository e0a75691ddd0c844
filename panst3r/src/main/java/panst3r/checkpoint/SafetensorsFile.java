package panst3r.checkpoint;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import panst3r.PanSt3RException;

/**
 * A .safetensors file: a JSON header of names, types, shapes and places, then the bytes. Read strictly: the tensors must
 * cover the bytes without hole or overlap, and no name may come twice.
 */
public final class SafetensorsFile {
    private static final long LONGEST_HEADER = 100_000_000;
    private static final int MOST_ENTRIES = 100_000;
    private static final int MOST_DIMENSIONS = 64;

    private final FileBytes file;
    private final long dataStart;
    private final Map<String, TensorData> tensors = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final List<Range> ranges = new ArrayList<>();

    private record Range(String name, long from, long to) {}

    private SafetensorsFile(FileBytes file) {
        this.file = file;
        long headerSize = file.size() < 8 ? -1 : file.slice(0, 8).getLong();
        if (headerSize < 0 || headerSize > file.size() - 8) {
            throw file.fail("it is no safetensors file, or its download was cut");
        }
        if (headerSize > LONGEST_HEADER) {
            throw file.fail("its header of " + headerSize + " bytes is longer than safetensors permits");
        }
        dataStart = 8 + headerSize;
        readHeader(file.slice(8, headerSize));
        checkCover();
    }

    /** @throws PanSt3RException if it is not a well-formed safetensors file */
    public static SafetensorsFile open(Path file) {
        return new SafetensorsFile(FileBytes.map(file));
    }

    static SafetensorsFile of(FileBytes file) {
        return new SafetensorsFile(file);
    }

    /** In the order of the header; each a slice of the mapped file. */
    public Map<String, TensorData> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    /** The free text pairs of {@code __metadata__}. */
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(metadata);
    }

    FileBytes bytes() {
        return file;
    }

    private void readHeader(ByteBuffer header) {
        if (!header.hasRemaining() || header.get(0) != '{') { // the JSON reader would skip a byte-order mark
            throw file.fail("its header is not a JSON object");
        }
        // decoded as it is parsed: a header may be 100 MB
        try (JsonReader reader =
                new JsonReader(new InputStreamReader(stream(header), StandardCharsets.UTF_8.newDecoder()))) {
            reader.beginObject();
            boolean metadataSeen = false;
            while (reader.hasNext()) {
                String name = reader.nextName();
                if (name.equals("__metadata__")) {
                    if (metadataSeen) {
                        throw file.fail("its header has __metadata__ twice");
                    }
                    metadataSeen = true;
                    readMetadata(reader);
                } else {
                    readTensor(name, reader);
                }
            }
            reader.endObject();
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw file.fail("its header goes on after its end");
            }
        } catch (IOException | IllegalStateException e) {
            // malformed, cut, not UTF-8, or of another structure
            throw file.fail("its header is not the JSON that safetensors prescribes");
        }
    }

    private void readMetadata(JsonReader reader) throws IOException {
        reader.beginObject();
        while (reader.hasNext()) {
            String key = reader.nextName();
            if (metadata.size() >= MOST_ENTRIES) {
                throw file.fail("it has more metadata than any model");
            }
            if (reader.peek() != JsonToken.STRING || metadata.put(key, reader.nextString()) != null) {
                throw file.fail("its metadata " + Text.quote(key) + " is not text, or comes twice");
            }
        }
        reader.endObject();
    }

    private void readTensor(String name, JsonReader reader) throws IOException {
        if (tensors.size() >= MOST_ENTRIES) {
            throw file.fail("it has more than " + MOST_ENTRIES + " tensors");
        }
        String type = null;
        long[] shape = null;
        long[] place = null;
        reader.beginObject();
        while (reader.hasNext()) {
            String field = reader.nextName();
            if (field.equals("dtype") && type == null && reader.peek() == JsonToken.STRING) {
                type = reader.nextString();
            } else if (field.equals("shape") && shape == null) {
                shape = readLongs(name, reader);
            } else if (field.equals("data_offsets") && place == null) {
                place = readLongs(name, reader);
            } else {
                throw misfit(name, "has the unexpected field " + Text.quote(field));
            }
        }
        reader.endObject();
        if (type == null || shape == null || place == null || place.length != 2) {
            throw misfit(name, "lacks its type, shape or place");
        }
        DType dtype;
        try {
            dtype = DType.valueOf(type);
        } catch (IllegalArgumentException e) {
            throw misfit(name, "is of the unknown type " + Text.quote(type));
        }
        if (place[0] > place[1] || place[1] > file.size() - dataStart) {
            throw misfit(name, "lies outside the file; the download was probably cut");
        }
        long bytes = dtype.bytes();
        try {
            for (long s : shape) {
                bytes = Math.multiplyExact(bytes, s);
            }
        } catch (ArithmeticException e) {
            throw misfit(name, "has a shape beyond all bounds");
        }
        if (bytes != place[1] - place[0]) {
            throw misfit(name, "has " + (place[1] - place[0]) + " bytes, but its shape needs " + bytes);
        }
        ranges.add(new Range(name, place[0], place[1]));
        TensorData tensor = new TensorData(dtype, shape, file.slice(dataStart + place[0], bytes));
        if (tensors.put(name, tensor) != null) {
            throw misfit(name, "comes twice");
        }
    }

    private long[] readLongs(String name, JsonReader reader) throws IOException {
        List<Long> values = new ArrayList<>();
        reader.beginArray();
        while (reader.hasNext()) {
            if (values.size() >= MOST_DIMENSIONS) {
                throw misfit(name, "has more than " + MOST_DIMENSIONS + " dimensions");
            }
            // as text, because the reader would also take 1.0 and "1"
            String number = reader.peek() == JsonToken.NUMBER ? reader.nextString() : "";
            if (!number.matches("\\d{1,18}")) {
                throw misfit(name, "has a size or place that is no plain number");
            }
            values.add(Long.parseLong(number));
        }
        reader.endArray();
        return values.stream().mapToLong(Long::longValue).toArray();
    }

    private void checkCover() {
        ranges.sort(Comparator.comparingLong(Range::from).thenComparingLong(Range::to));
        long end = 0;
        for (Range range : ranges) {
            if (range.from != end) {
                throw misfit(range.name, range.from < end ? "overlaps another" : "leaves a hole before it");
            }
            end = range.to;
        }
        if (end != file.size() - dataStart) {
            throw file.fail("it has " + (file.size() - dataStart - end) + " bytes that belong to no tensor");
        }
    }

    private static InputStream stream(ByteBuffer bytes) {
        return new InputStream() {
            @Override
            public int read() {
                return bytes.hasRemaining() ? bytes.get() & 0xff : -1;
            }

            @Override
            public int read(byte[] out, int from, int length) {
                int n = Math.min(length, bytes.remaining());
                bytes.get(out, from, n);
                return n == 0 && length > 0 ? -1 : n;
            }
        };
    }

    private PanSt3RException misfit(String name, String why) {
        return file.fail("the tensor " + Text.quote(name) + " " + why);
    }
}
