package panst3r.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A NumPy array met in a pickle (codebooks are saved so). */
public final class NumpyArray {
    private static final TensorData EMPTY = new TensorData(DType.F32, new long[] {0}, ByteBuffer.allocate(0));

    private TensorData tensor = EMPTY;

    /** Begins empty, as the pickle makes it; {@link #build} gives it its contents. */
    NumpyArray() {}

    /** Its elements; not a direct buffer. */
    public TensorData tensor() {
        return tensor;
    }

    @Override
    public String toString() {
        return "NumPy " + tensor;
    }

    /**
     * @param state (version, shape, type, column-major?, bytes)
     * @throws IllegalArgumentException saying what is wrong, to be appended to "a NumPy array …"
     */
    NumpyArray build(Tuple state) {
        if (!(state.size() == 5
                && state.get(1) instanceof Tuple sizes
                && state.get(2) instanceof Type type
                && state.get(3) instanceof Boolean columnMajor
                && state.get(4) instanceof byte[] data)) {
            throw new IllegalArgumentException("is not stored as plain numbers");
        }
        long[] shape = new long[sizes.size()];
        long elements = 1;
        for (int i = 0; i < shape.length; i++) {
            if (!(sizes.get(i) instanceof Long s) || s < 0) {
                throw new IllegalArgumentException("has a size that is no number");
            }
            shape[i] = s;
            // beyond an int it cannot fit the bytes, and so it cannot overflow either
            elements = Math.min(elements, Integer.MAX_VALUE) * Math.min(s, Integer.MAX_VALUE);
        }
        DType dtype = type.dtype();
        if (data.length % dtype.bytes() != 0 || data.length / dtype.bytes() != elements) {
            throw new IllegalArgumentException(
                    "has " + data.length + " bytes for a shape of " + elements + " elements");
        }
        long[] strides = columnMajor
                ? reversed(TensorData.contiguousStrides(reversed(shape)))
                : TensorData.contiguousStrides(shape);
        tensor = new TensorData(dtype, shape, ByteBuffer.wrap(data), 0, strides);
        return this;
    }

    private static long[] reversed(long[] a) {
        long[] out = new long[a.length];
        Arrays.setAll(out, i -> a[a.length - 1 - i]);
        return out;
    }

    /** A {@code numpy.dtype} of plain numbers, little-endian. */
    static final class Type {
        private final DType dtype;

        /** @throws IllegalArgumentException as {@link NumpyArray#build} */
        Type(String code) {
            dtype = switch (code) {
                case "f8" -> DType.F64;
                case "f4" -> DType.F32;
                case "f2" -> DType.F16;
                case "i8" -> DType.I64;
                case "i4" -> DType.I32;
                case "i2" -> DType.I16;
                case "i1" -> DType.I8;
                case "u1" -> DType.U8;
                case "b1" -> DType.BOOL;
                default -> throw new IllegalArgumentException("is of type " + Text.quote(code) + ", not plain numbers");
            };
        }

        DType dtype() {
            return dtype;
        }

        /** @param state (version, byte order, subtype, names, fields, size, alignment, flags) */
        Type build(Tuple state) {
            boolean plain = state.size() >= 5
                    && ("<".equals(state.get(1)) || "|".equals(state.get(1)))
                    && state.get(2) == null
                    && state.get(3) == null
                    && state.get(4) == null;
            if (!plain) {
                throw new IllegalArgumentException("is big-endian or not of plain numbers");
            }
            return this;
        }

        Object scalar(byte[] bytes) {
            if (bytes.length != dtype.bytes()) {
                throw new IllegalArgumentException("scalar has " + bytes.length + " bytes");
            }
            ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            return switch (dtype) {
                case F64 -> b.getDouble();
                case F32 -> (double) b.getFloat();
                case F16, BF16 -> (double) TensorData.halfToFloat(b.getShort());
                case I64 -> b.getLong();
                case I32 -> (long) b.getInt();
                case I16 -> (long) b.getShort();
                case I8 -> (long) b.get();
                case U8 -> b.get() & 0xffL;
                case BOOL -> b.get() != 0;
            };
        }
    }
}
