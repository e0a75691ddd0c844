package panst3r.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Writes protocol 2 pickles of what a checkpoint holds, in the opcodes that torch.save uses. For tests. */
final class PickleWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int memo;

    /** A tensor that is the whole of a storage of its own. */
    record Tensor(DType dtype, String key, long[] shape) {}

    record State(Map<String, Tensor> tensors) {}

    record Options(Map<String, Object> fields) {}

    static byte[] write(Object value) {
        PickleWriter writer = new PickleWriter();
        writer.op(0x80).op(2);
        writer.value(value);
        writer.op('.');
        return writer.out.toByteArray();
    }

    private void value(Object value) {
        if (value == null) {
            op('N');
        } else if (value instanceof Boolean b) {
            op(b ? 0x88 : 0x89);
        } else if (value instanceof Number n && !(n instanceof Double)) {
            integer(n.longValue());
        } else if (value instanceof Double d) {
            op('G').bytes(ByteBuffer.allocate(8).putDouble(d).array());
        } else if (value instanceof String s) {
            byte[] utf8 = s.getBytes(StandardCharsets.UTF_8);
            op('X').int32(utf8.length).bytes(utf8).put();
        } else if (value instanceof List<?> list) {
            op(']').put().op('(');
            list.forEach(this::value);
            op('e');
        } else if (value instanceof Map<?, ?> map) {
            op('}').put();
            items(map);
        } else if (value instanceof State state) {
            state(state);
        } else if (value instanceof Options options) {
            global("argparse", "Namespace").op(')').op(0x81).put().op('}').put();
            items(options.fields);
            op('b');
        } else if (value instanceof Tensor tensor) {
            tensor(tensor);
        } else {
            throw new IllegalArgumentException(value.getClass().getName());
        }
    }

    private void state(State state) {
        emptyOrderedDict();
        items(state.tensors);
        op('}').put(); // the instance state that a module's state dict carries
        value("_metadata");
        emptyOrderedDict();
        op('s').op('b');
    }

    private void tensor(Tensor tensor) {
        global("torch._utils", "_rebuild_tensor_v2").op('(');
        op('(');
        value("storage");
        global("torch", tensor.dtype.torchStorage());
        value(tensor.key);
        value("cpu");
        integer(Arrays.stream(tensor.shape).reduce(1, Math::multiplyExact));
        op('t').put().op('Q');
        integer(0);
        tuple(tensor.shape);
        tuple(TensorData.contiguousStrides(tensor.shape));
        op(0x89);
        emptyOrderedDict();
        op('t').put().op('R').put();
    }

    private void tuple(long[] values) {
        op('(');
        Arrays.stream(values).forEach(this::integer);
        op('t').put();
    }

    private void items(Map<?, ?> map) {
        op('(');
        map.forEach((k, v) -> {
            value(k);
            value(v);
        });
        op('u');
    }

    private void emptyOrderedDict() {
        global("collections", "OrderedDict").op(')').op('R').put();
    }

    private void integer(long value) {
        if (value >= 0 && value < 256) {
            op('K').op((int) value);
        } else if (value == (int) value) {
            op('J').int32((int) value);
        } else {
            op(0x8a).op(8);
            bytes(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(value)
                    .array());
        }
    }

    private PickleWriter global(String module, String name) {
        return op('c').bytes((module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII))
                .put();
    }

    private PickleWriter put() {
        op('r').int32(memo++);
        return this;
    }

    private PickleWriter op(int opcode) {
        out.write(opcode);
        return this;
    }

    private PickleWriter int32(int value) {
        return bytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
    }

    private PickleWriter bytes(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }
}
