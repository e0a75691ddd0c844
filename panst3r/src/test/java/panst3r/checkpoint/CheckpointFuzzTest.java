package panst3r.checkpoint;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import panst3r.PanSt3RException;

/**
 * Arbitrary bytes to every reader: a value, or a {@link PanSt3RException}, and nothing else. A normal run replays the seeds and
 * past findings beside this class's resources; {@code scripts/fuzz} searches for new ones.
 */
class CheckpointFuzzTest {
    private static final int MOST_ELEMENTS = 1 << 16;

    @FuzzTest(maxDuration = "30s")
    void pth(byte[] bytes) {
        FileBytes file = FileBytes.of("fuzz.pth", bytes);
        if (PickleFile.isZip(file)) {
            attempt(() -> touch(PickleFile.readTorch(file)));
        }
        attempt(() -> Checkpoint.open(file).weights().names());
    }

    @FuzzTest(maxDuration = "30s")
    void pickle(byte[] bytes) {
        ByteBuffer storage = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        PickleReader.Storages storages = key -> key.length() == 1 ? storage.duplicate() : null;
        attempt(() -> touch(new PickleReader(ByteBuffer.wrap(bytes), storages, PanSt3RException::new).read()));
    }

    @FuzzTest(maxDuration = "30s")
    void safetensors(byte[] bytes) {
        FileBytes file = FileBytes.of("fuzz.safetensors", bytes);
        attempt(() -> touch(SafetensorsFile.of(file).tensors()));
        attempt(() -> Checkpoint.open(file).weights().names());
        attempt(() -> ClassTable.read(file));
    }

    @FuzzTest(maxDuration = "30s")
    void constructorString(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        attempt(() -> ConstructorString.parse("it", text));
        attempt(() -> ConfigReader.encoder("it", text));
        attempt(() -> ConfigReader.decoder("it", text));
        attempt(() -> ConfigReader.dino("it", text, Map.of()));
        attempt(() -> ConfigReader.panoptic("it", text));
        attempt(() -> ParameterLayout.of(
                ModelDescription.geometry("Dust3rEncoder()", text).config()));
    }

    private static void attempt(Runnable read) {
        try {
            read.run();
        } catch (PanSt3RException e) {
            if (e.getMessage().contains("\n")) {
                throw new AssertionError("not one line: " + e.getMessage());
            }
        }
    }

    /** Reads every small tensor, wherever it hides; containers may hold themselves. */
    private static void touch(Object root) {
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        java.util.ArrayDeque<Object> todo = new java.util.ArrayDeque<>();
        todo.add(root == null ? "" : root);
        while (!todo.isEmpty()) {
            Object o = todo.poll();
            if (!seen.add(o)) {
                continue;
            }
            if (o instanceof TensorData t && t.elements() < MOST_ELEMENTS) {
                t.toFloats();
                t.toDoubles();
            } else if (o instanceof NumpyArray a) {
                todo.add(a.tensor());
            } else if (o instanceof Namespace n) {
                todo.add(n.fields().values());
            } else if (o instanceof Map<?, ?> m) {
                todo.add(m.values());
            } else if (o instanceof Collection<?> c) {
                c.stream().filter(java.util.Objects::nonNull).forEach(todo::add);
            }
        }
    }
}
