package panst3r.scene;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import panst3r.checkpoint.DType;
import panst3r.checkpoint.LabelMode;
import panst3r.checkpoint.PointmapActivation;
import panst3r.merge.Segment;

/**
 * How a scene lies in a file: a .safetensors file, so that any language reads its arrays, and one file, because only a
 * file can be replaced in one step. Its metadata hold the format's name and version and, as JSON, a {@link Description};
 * every array has a CRC-32C there, and the last array is that of the header.
 */
final class SceneFormat {
    static final String NAME = "panst3r-scene";
    static final int VERSION = 1;
    static final String FORMAT_KEY = "format";
    static final String VERSION_KEY = "version";
    static final String DESCRIPTION_KEY = "scene";
    static final String CHECKSUM = "checksum";
    static final int CHECKSUM_BYTES = 4;
    static final Gson JSON =
            new GsonBuilder().serializeSpecialFloatingPointValues().create();

    private static final int CHUNK = 1 << 18;

    private SceneFormat() {}

    /**
     * Everything but the arrays.
     *
     * @param labelMode null for a geometry-only model
     * @param strategy null until merged
     * @param placement null in the network's own world
     * @param checksums CRC-32C by array
     */
    record Description(
            String model,
            PointmapActivation activation,
            LabelMode labelMode,
            List<String> classNames,
            List<ViewDescription> views,
            String strategy,
            List<Segment> segments,
            Placement placement,
            Map<String, Integer> checksums) {}

    /** @param file null if the photo has none */
    record ViewDescription(
            String file,
            String name,
            int photoWidth,
            int photoHeight,
            int width,
            int height,
            double[] photoToView,
            double[] viewToPhoto,
            boolean keyframe) {}

    /** A named array of floats or ints. */
    record Array(String name, long[] shape, Buffer data) {
        DType type() {
            return data instanceof FloatBuffer ? DType.F32 : DType.I32;
        }

        long bytes() {
            return 4L * data.remaining();
        }

        /** The elements from {@code first} on, little-endian, as many as fit; {@code to} is ready to be read after. */
        void chunk(int first, ByteBuffer to) {
            to.clear();
            int count = Math.min(data.remaining() - first, to.remaining() / 4);
            int at = data.position() + first;
            if (data instanceof FloatBuffer floats) {
                to.asFloatBuffer().put(0, floats, at, count);
            } else {
                to.asIntBuffer().put(0, (IntBuffer) data, at, count);
            }
            to.limit(4 * count);
        }
    }

    static ByteBuffer chunkBuffer() {
        return ByteBuffer.allocateDirect(4 * CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    }

    static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }

    static String pixels(int view) {
        return "view" + view + ".pixels";
    }

    static String pointmap(int view) {
        return "view" + view + ".pointmap";
    }

    static String maskLogits(int view) {
        return "view" + view + ".mask_logits";
    }

    static String segmentIds(int view) {
        return "view" + view + ".segment_ids";
    }

    static String segmentConfidence(int view) {
        return "view" + view + ".segment_confidence";
    }
}
