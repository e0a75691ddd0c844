package panst3r.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import panst3r.Fixtures;

/** Files that torch and Python wrote, value by value. */
@Tag("parity")
class PickleFileTest {
    private static final String GOOD = "checkpoint-reader/good/";

    static Stream<Fixtures.Entry> goodFiles() {
        return Fixtures.entries(GOOD, "").stream()
                .filter(e -> e.path().endsWith(".pth") || e.path().endsWith(".pkl"));
    }

    static Stream<Fixtures.Entry> otherFiles() {
        return Stream.concat(
                Fixtures.entries("retrieval/", ".pth").stream(), Fixtures.entries("retrieval/", ".pkl").stream());
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("goodFiles")
    void hasTheExpectedValue(Fixtures.Entry entry) {
        Object actual = PickleFile.read(entry.file());
        expected(entry).ifPresent(e -> assertSame(entry.path(), e, actual));
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("otherFiles")
    void reads(Fixtures.Entry entry) {
        assertThat(PickleFile.read(entry.file())).isInstanceOf(Map.class);
    }

    /** From {@code expected.json}, or from a file of its own whose name begins like the entry's. */
    private static Optional<JsonObject> expected(Fixtures.Entry entry) {
        if (Fixtures.has(GOOD + "expected.json")) {
            JsonObject all = Fixtures.json(GOOD + "expected.json");
            if (all.has(entry.stem()) && entry.path().endsWith(".pth")) {
                return Optional.of(all.getAsJsonObject(entry.stem()));
            }
        }
        return Fixtures.entries(GOOD, "-expected.json").stream()
                .filter(e -> entry.stem().startsWith(e.stem().replaceFirst("-expected$", "")))
                .map(e -> Fixtures.json(e.path()))
                .findFirst();
    }

    private static void assertSame(String where, JsonObject expected, Object actual) {
        if (!expected.has("kind")) { // handmade: the items of a dict of text keys
            Map<?, ?> map = (Map<?, ?>) actual;
            assertThat(map.size()).as(where).isEqualTo(expected.size());
            expected.entrySet()
                    .forEach(e ->
                            assertSame(where + "." + e.getKey(), e.getValue().getAsJsonObject(), map.get(e.getKey())));
            return;
        }
        JsonElement value = expected.get("value");
        switch (expected.get("kind").getAsString()) {
            case "none" -> assertThat(actual).as(where).isNull();
            case "bool" -> assertThat(actual).as(where).isEqualTo(value.getAsBoolean());
            case "int" -> assertThat(integer(actual)).as(where).isEqualTo(new BigInteger(value.getAsString()));
            case "float" -> assertThat(actual).as(where).isEqualTo(number(value));
            case "str" -> assertThat(actual).as(where).isEqualTo(value.getAsString());
            case "bytes" -> assertThat((byte[]) actual).as(where).isEqualTo(bytes(value.getAsJsonArray()));
            case "list" -> {
                assertThat(actual).as(where).isInstanceOf(ArrayList.class);
                assertItems(where, expected.getAsJsonArray("items"), (List<?>) actual);
            }
            case "tuple" -> {
                assertThat(actual).as(where).isInstanceOf(Tuple.class);
                assertItems(where, expected.getAsJsonArray("items"), (List<?>) actual);
            }
            case "dict" -> assertDict(where, expected, (Map<?, ?>) actual);
            case "namespace" -> {
                Map<String, Object> fields = ((Namespace) actual).fields();
                JsonObject wanted = expected.getAsJsonObject("fields");
                assertThat(fields.keySet()).as(where).isEqualTo(wanted.keySet());
                fields.forEach((k, v) -> assertSame(where + "." + k, wanted.getAsJsonObject(k), v));
            }
            case "tensor" -> assertTensor(where, expected, (TensorData) actual);
            case "ndarray" -> assertTensor(where, expected, ((NumpyArray) actual).tensor());
            case "numpy_scalar" -> assertScalar(where, expected, actual);
            default -> throw new IllegalArgumentException("what is a " + expected.get("kind") + "?");
        }
    }

    private static void assertItems(String where, JsonArray expected, List<?> actual) {
        assertThat(actual.size()).as(where).isEqualTo(expected.size());
        for (int i = 0; i < expected.size(); i++) {
            assertSame(where + "[" + i + "]", expected.get(i).getAsJsonObject(), actual.get(i));
        }
    }

    private static void assertDict(String where, JsonObject expected, Map<?, ?> actual) {
        assertThat(actual instanceof PickleReader.OrderedDict)
                .as(where)
                .isEqualTo(expected.get("ordered").getAsBoolean());
        JsonArray items = expected.getAsJsonArray("items");
        assertThat(actual.size()).as(where).isEqualTo(items.size());
        int i = 0;
        for (Map.Entry<?, ?> e : actual.entrySet()) { // in the order of the file
            JsonArray item = items.get(i++).getAsJsonArray();
            assertSame(where + " key", item.get(0).getAsJsonObject(), e.getKey());
            assertSame(where + "." + e.getKey(), item.get(1).getAsJsonObject(), e.getValue());
        }
    }

    static void assertTensor(String where, JsonObject expected, TensorData actual) {
        String type = expected.get("dtype").getAsString();
        assertThat(actual.dtype())
                .as(where)
                .isEqualTo(
                        switch (type) {
                            case "bool" -> DType.BOOL;
                            case "uint8" -> DType.U8;
                            case "bfloat16" -> DType.BF16;
                            default -> DType.valueOf((type.startsWith("f") ? "F" : "I") + type.replaceAll("\\D", ""));
                        });
        JsonArray shape = expected.getAsJsonArray("shape");
        assertThat(actual.shape().length).as(where).isEqualTo(shape.size());
        for (int i = 0; i < shape.size(); i++) {
            assertThat(actual.shape()[i]).as(where).isEqualTo(shape.get(i).getAsLong());
        }
        JsonArray values = expected.getAsJsonArray("values");
        assertThat(actual.elements()).as(where).isEqualTo(values.size());
        ByteBuffer data = actual.data();
        assertThat(data.remaining())
                .as(where)
                .isEqualTo(values.size() * actual.dtype().bytes());
        float[] floats = actual.toFloats();
        double[] doubles = actual.toDoubles();
        for (int i = 0; i < values.size(); i++) {
            String place = where + " element " + i;
            JsonElement value = values.get(i);
            switch (actual.dtype()) {
                case I64 -> assertThat(data.getLong(8 * i)).as(place).isEqualTo(value.getAsLong());
                case BOOL -> assertThat(data.get(i)).as(place).isEqualTo((byte) (value.getAsBoolean() ? 1 : 0));
                case F64 -> assertThat(doubles[i]).as(place).isEqualTo(number(value));
                default -> {
                    assertThat((double) floats[i]).as(place).isEqualTo(number(value));
                    assertThat(doubles[i]).as(place).isEqualTo(number(value));
                }
            }
        }
    }

    private static void assertScalar(String where, JsonObject expected, Object actual) {
        JsonElement value = expected.get("value");
        if (actual instanceof Boolean) {
            assertThat(actual).as(where).isEqualTo(value.getAsBoolean());
        } else if (actual instanceof Long) {
            assertThat(actual).as(where).isEqualTo(value.getAsLong());
        } else {
            assertThat(actual).as(where).isEqualTo(number(value));
        }
    }

    private static BigInteger integer(Object actual) {
        return actual instanceof BigInteger big ? big : BigInteger.valueOf((Long) actual);
    }

    /** NaN and the infinities come as text. */
    private static Double number(JsonElement value) {
        return Double.valueOf(value.getAsString()); // boxed, because NaN is to equal NaN
    }

    private static byte[] bytes(JsonArray array) {
        byte[] out = new byte[array.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = (byte) array.get(i).getAsInt();
        }
        return out;
    }
}
