package panst3r.scene;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.checkpoint.DType;
import panst3r.checkpoint.SafetensorsFile;
import panst3r.checkpoint.TensorData;
import panst3r.image.Photo;
import panst3r.image.View;
import panst3r.inference.Prediction;
import panst3r.inference.ViewPrediction;
import panst3r.merge.ClassLogits;
import panst3r.merge.Panoptic;
import panst3r.scene.SceneFormat.Description;
import panst3r.scene.SceneFormat.ViewDescription;

/** Reads what {@link SceneWriter} wrote. Pointmaps and mask logits stay in the mapped file and are checked on first use. */
final class SceneReader {
    private final Path file;
    private final Map<String, TensorData> tensors;
    private final Description description;
    private final Set<String> checked = ConcurrentHashMap.newKeySet();

    SceneReader(Path file) {
        this.file = file;
        checkHeader();
        SafetensorsFile content;
        try {
            content = SafetensorsFile.open(file);
        } catch (PanSt3RException e) {
            throw damaged(e.getMessage());
        }
        this.tensors = content.tensors();
        if (!SceneFormat.NAME.equals(content.metadata().get(SceneFormat.FORMAT_KEY))) {
            throw new PanSt3RException(file + " is no scene, but another safetensors file.");
        }
        String version = content.metadata().get(SceneFormat.VERSION_KEY);
        if (!String.valueOf(SceneFormat.VERSION).equals(version)) {
            throw new PanSt3RException(file + " is a scene of version " + version
                    + ", which is newer than this program reads (" + SceneFormat.VERSION + "); update PanSt3R.");
        }
        try {
            this.description =
                    SceneFormat.JSON.fromJson(content.metadata().get(SceneFormat.DESCRIPTION_KEY), Description.class);
        } catch (RuntimeException e) {
            // Gson documents JsonParseException alone, and throws others too.
            throw damaged("its description is not what this program writes");
        }
    }

    Scene read() {
        try {
            return scene();
        } catch (PanSt3RException e) {
            throw e;
        } catch (RuntimeException e) {
            // A well-formed description with a field left out, a size that does not fit, a path that is none.
            throw damaged("its description does not fit its arrays");
        }
    }

    /** Compares an array with its checksum, the first time. */
    void check(String name) {
        if (!checked.contains(name)) {
            if (SceneFormat.checksum(tensor(name).data())
                    != description.checksums().get(name)) {
                throw damaged("the array " + name + " was changed since it was written");
            }
            checked.add(name);
        }
    }

    /** Checks every array that was not checked yet. */
    void checkAll() {
        for (String name : description.checksums().keySet()) {
            Progress.stopIfInterrupted("Checking " + file.getFileName());
            check(name);
        }
    }

    private Scene scene() {
        for (String name : tensors.keySet()) {
            require(name.equals(SceneFormat.CHECKSUM) || description.checksums().get(name) != null);
        }
        List<ViewPrediction> views = new ArrayList<>();
        for (int v = 0; v < description.views().size(); v++) {
            views.add(view(v, description.views().get(v)));
        }
        ClassLogits classLogits = null;
        float[] finalQueries = null;
        if (description.labelMode() != null) {
            long[] shape = tensor("class_logits").shape();
            classLogits = new ClassLogits(
                    (int) shape[0], (int) shape[1], floats("class_logits", shape), description.labelMode());
            if (tensors.containsKey("final_queries")) {
                finalQueries = floats("final_queries", tensor("final_queries").shape());
            }
            for (ViewPrediction p : views) {
                require(p.maskLogits().remaining() == (long) classLogits.queries() * p.maskHeight() * p.maskWidth());
            }
            require(classLogits.classes() == description.classNames().size());
        }
        Prediction prediction = new Prediction(
                views,
                Objects.requireNonNull(description.activation()),
                description.classNames(),
                classLogits,
                finalQueries,
                description.model());
        Panoptic panoptic = panoptic();
        try {
            return Scene.opened(prediction, panoptic, description.placement(), this);
        } catch (PanSt3RException e) {
            throw damaged("its description does not fit its arrays");
        }
    }

    private ViewPrediction view(int v, ViewDescription d) {
        require(d.photoToView().length == 9
                && d.viewToPhoto().length == 9
                && d.photoWidth() > 0
                && d.photoHeight() > 0);
        long[] image = {3, d.height(), d.width()};
        Photo photo = new Photo(d.file() == null ? null : Path.of(d.file()), d.name(), d.photoWidth(), d.photoHeight());
        View view = new View(
                photo, d.width(), d.height(), floats(SceneFormat.pixels(v), image), d.photoToView(), d.viewToPhoto());
        FloatBuffer pointmap = mapped(SceneFormat.pointmap(v), new long[] {d.height(), d.width(), 7});
        if (description.labelMode() == null) {
            return new ViewPrediction(view, d.keyframe(), pointmap, 0, 0, null);
        }
        long[] mask = tensor(SceneFormat.maskLogits(v)).shape();
        require(mask.length == 3);
        FloatBuffer logits = mapped(SceneFormat.maskLogits(v), mask);
        return new ViewPrediction(view, d.keyframe(), pointmap, (int) mask[1], (int) mask[2], logits);
    }

    private Panoptic panoptic() {
        if (description.strategy() == null) {
            return null;
        }
        List<int[]> ids = new ArrayList<>();
        List<float[]> confidence = new ArrayList<>();
        for (int v = 0; v < description.views().size(); v++) {
            ViewDescription d = description.views().get(v);
            long[] shape = {d.height(), d.width()};
            ids.add(ints(SceneFormat.segmentIds(v), shape));
            confidence.add(floats(SceneFormat.segmentConfidence(v), shape));
        }
        return new Panoptic(description.strategy(), ids, confidence, description.segments());
    }

    /** The header is small and decides what everything else means: it is checked before it is read. */
    private void checkHeader() {
        if (Files.isDirectory(file)) {
            throw new PanSt3RException(file + " is a folder; give the scene file inside it.");
        }
        if (!Files.exists(file)) {
            throw new PanSt3RException("There is no scene " + file + ".");
        }
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = in.size();
            ByteBuffer length = read(in, 0, 8);
            long header = length.remaining() < 8 ? -1 : length.getLong(0);
            long body = size - 8 - SceneFormat.CHECKSUM_BYTES;
            // JSON begins with a brace; anything else was never a scene.
            if (header < 2
                    || header > body
                    || header > Integer.MAX_VALUE - 8
                    || read(in, 8, 1).get(0) != '{') {
                throw new PanSt3RException(file + " is no scene, or was cut; choose a file that was saved as one.");
            }
            ByteBuffer written = read(in, size - SceneFormat.CHECKSUM_BYTES, SceneFormat.CHECKSUM_BYTES);
            if (SceneFormat.checksum(read(in, 0, 8 + (int) header)) != written.getInt(0)) {
                throw damaged("it is no scene, was cut, or its header was changed since it was written");
            }
        } catch (IOException e) {
            Progress.stopIfInterrupted("Opening");
            throw new PanSt3RException(file + " cannot be read: " + e.getMessage() + ".", e);
        }
    }

    private static ByteBuffer read(FileChannel in, long at, int bytes) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (out.hasRemaining() && in.read(out, at + out.position()) >= 0) {
            // until full or at the end
        }
        return out.flip();
    }

    private TensorData tensor(String name) {
        TensorData tensor = tensors.get(name);
        if (tensor == null) {
            throw damaged("the array " + name + " is missing");
        }
        return tensor;
    }

    private ByteBuffer bytes(String name, DType type, long[] shape) {
        TensorData tensor = tensor(name);
        require(tensor.dtype() == type && Arrays.equals(tensor.shape(), shape));
        return tensor.data();
    }

    private FloatBuffer mapped(String name, long[] shape) {
        return bytes(name, DType.F32, shape).asFloatBuffer();
    }

    private float[] floats(String name, long[] shape) {
        check(name);
        float[] out = new float[mapped(name, shape).remaining()];
        mapped(name, shape).get(out);
        return out;
    }

    private int[] ints(String name, long[] shape) {
        check(name);
        ByteBuffer bytes = bytes(name, DType.I32, shape);
        int[] out = new int[bytes.remaining() / 4];
        bytes.asIntBuffer().get(out);
        return out;
    }

    private void require(boolean fits) {
        if (!fits) {
            throw damaged("its description does not fit its arrays");
        }
    }

    private PanSt3RException damaged(String why) {
        return new PanSt3RException(file + " cannot be opened as a scene: " + why.replaceFirst("\\.$", "") + ".");
    }
}
