package panst3r.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DynamicTest;
import panst3r.Fixtures;
import panst3r.Fixtures.Entry;
import panst3r.Fixtures.Tensor;

/** One file of ops/: inputs, parameters under their own names, and the outputs expected. */
public final class OpFixture implements AutoCloseable {
    public final Entry entry;
    public final Map<String, Tensor> tensors;
    public final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final boolean gradients = JniUtils.isGradMode();

    private OpFixture(Entry entry) {
        this.entry = entry;
        tensors = Fixtures.tensors(entry.path());
        JniUtils.setGradMode(false); // the fused forms
    }

    public interface Check {
        void of(OpFixture fixture);
    }

    /** A test if the set in use has this file, else none. */
    public static List<DynamicTest> test(String name, Check check) {
        return Fixtures.entries("ops/" + name + ".safetensors", "").stream()
                .map(e -> DynamicTest.dynamicTest(name, () -> {
                    try (OpFixture fixture = new OpFixture(e)) {
                        check.of(fixture);
                    }
                }))
                .toList();
    }

    public boolean has(String name) {
        return tensors.containsKey(name);
    }

    public Shape shape(String name) {
        return new Shape(tensors.get(name).longShape());
    }

    public NDArray get(String name) {
        return manager.create(tensors.get(name).floats(), shape(name));
    }

    /** Parameters as seen from a prefix ("" or "enc."). */
    public Parameters parameters(String prefix) {
        Map<String, NDArray> arrays = new HashMap<>();
        tensors.keySet().stream()
                .filter(n -> n.startsWith(prefix))
                .forEach(n -> arrays.put(n.substring(prefix.length()), get(n)));
        return Parameters.of(arrays);
    }

    /** Compares with the expected tensor {@code name}, if the file holds it. */
    public void check(String name, NDArray actual) {
        if (has(name)) {
            assertThat(actual.getShape().getShape())
                    .as(name)
                    .isEqualTo(tensors.get(name).longShape());
            float[] values = actual.toType(DataType.FLOAT32, false).toFloatArray();
            Fixtures.assertClose(entry, name, tensors.get(name), values);
        }
    }

    /** The files do not say how many heads there are: one number of those that divide the width must fit everything. */
    public static void withHeads(long width, IntConsumer check) {
        AssertionError last = null;
        for (int heads : IntStream.rangeClosed(1, (int) width / 2)
                .filter(h -> width % h == 0)
                .toArray()) {
            try {
                check.accept(heads);
                return;
            } catch (AssertionError e) {
                last = e;
            }
        }
        throw last;
    }

    @Override
    public void close() {
        manager.close();
        JniUtils.setGradMode(gradients);
    }
}
