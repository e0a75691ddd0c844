package panst3r.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import panst3r.PanSt3RException;

/**
 * A stored tensor: a view of bytes of the file, not yet copied anywhere. Immutable and safe to share between threads.
 *
 * <p>Usually the bytes lie in the file as they are wanted and {@link #data} is a slice of the memory-mapped file. Tensors
 * saved with strides (a transposed or expanded view) are copied out when {@link #data} is called.
 */
public final class TensorData {
    private final DType dtype;
    private final long[] shape;
    private final ByteBuffer storage;
    private final long offset;
    private final long[] strides;

    /**
     * @param shape row-major; empty for a scalar
     * @param data exactly the elements, little-endian, from position to limit
     */
    public TensorData(DType dtype, long[] shape, ByteBuffer data) {
        this(dtype, shape, data, 0, contiguousStrides(shape));
        if (bytes() != data.remaining()) {
            throw new IllegalArgumentException(data.remaining() + " bytes for " + dtype + " " + Arrays.toString(shape));
        }
    }

    /** A strided view; the caller has checked that every index lies inside {@code storage}. Units: elements. */
    TensorData(DType dtype, long[] shape, ByteBuffer storage, long offset, long[] strides) {
        this.dtype = dtype;
        this.shape = shape.clone();
        this.storage = storage.slice();
        this.offset = offset;
        this.strides = strides.clone();
    }

    public static TensorData of(float[] values, long... shape) {
        ByteBuffer data =
                ByteBuffer.allocateDirect(Math.multiplyExact(4, values.length)).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(values);
        return new TensorData(DType.F32, shape, data);
    }

    /**
     * In float16, rounded to nearest, ties to even.
     *
     * @throws PanSt3RException if a value is beyond its range of ±65504
     */
    public static TensorData half(float[] values, long... shape) {
        ByteBuffer data =
                ByteBuffer.allocateDirect(Math.multiplyExact(2, values.length)).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            short half = floatToHalf(value);
            if (Float.isFinite(value) && (half & 0x7c00) == 0x7c00) {
                throw new PanSt3RException("The value " + value + " does not fit into float16.");
            }
            data.putShort(half);
        }
        return new TensorData(DType.F16, shape, data.flip());
    }

    public DType dtype() {
        return dtype;
    }

    /** Row-major; empty for a scalar. */
    public long[] shape() {
        return shape.clone();
    }

    /** Number of elements. */
    public long elements() {
        long n = 1;
        for (long s : shape) {
            n *= s;
        }
        return n;
    }

    /** Size of the elements in bytes. */
    public long bytes() {
        return elements() * dtype.bytes();
    }

    /**
     * The elements, row-major, little-endian, position 0 to limit; read-only and with its own position. From a file it is
     * a direct buffer: a slice of the mapped file where the tensor is stored contiguously, else a fresh copy.
     */
    public ByteBuffer data() {
        ByteBuffer out;
        if (isContiguous()) {
            int from = Math.toIntExact(elements() == 0 ? 0 : offset * dtype.bytes());
            out = storage.slice(from, Math.toIntExact(bytes()));
        } else {
            out = copyOut();
        }
        return out.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** All elements as floats: float16 and bfloat16 widened, float64 and integers rounded, booleans 0 and 1. */
    public float[] toFloats() {
        ByteBuffer in = data();
        float[] out = new float[Math.toIntExact(elements())];
        if (dtype == DType.F32) {
            in.asFloatBuffer().get(out);
            return out;
        }
        for (int i = 0; i < out.length; i++) {
            out[i] = switch (dtype) {
                case F64 -> (float) in.getDouble(8 * i);
                case F32 -> in.getFloat(4 * i);
                case F16 -> halfToFloat(in.getShort(2 * i));
                case BF16 -> Float.intBitsToFloat(in.getShort(2 * i) << 16);
                case I64 -> in.getLong(8 * i);
                case I32 -> in.getInt(4 * i);
                case I16 -> in.getShort(2 * i);
                case I8 -> in.get(i);
                case U8 -> in.get(i) & 0xff;
                case BOOL -> in.get(i) == 0 ? 0 : 1;
            };
        }
        return out;
    }

    /** float64 tensors (whitening matrices) without loss; others as {@link #toFloats}, and int64 as far as double goes. */
    public double[] toDoubles() {
        if (dtype == DType.F64) {
            double[] out = new double[Math.toIntExact(elements())];
            data().asDoubleBuffer().get(out);
            return out;
        }
        if (dtype == DType.I64 || dtype == DType.I32) {
            ByteBuffer in = data();
            double[] out = new double[Math.toIntExact(elements())];
            for (int i = 0; i < out.length; i++) {
                out[i] = dtype == DType.I64 ? in.getLong(8 * i) : in.getInt(4 * i);
            }
            return out;
        }
        float[] floats = toFloats();
        double[] out = new double[floats.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = floats[i];
        }
        return out;
    }

    @Override
    public String toString() {
        return dtype + " " + Arrays.toString(shape);
    }

    /** IEEE 754 binary16, exact, subnormals included. */
    static float halfToFloat(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = half >> 10 & 0x1f;
        int fraction = half & 0x3ff;
        if (exponent == 0) {
            float subnormal = fraction * 0x1p-24f;
            return sign == 0 ? subnormal : -subnormal;
        }
        int bits = exponent == 31 ? 0x7f800000 | fraction << 13 : (exponent + 112) << 23 | fraction << 13;
        return Float.intBitsToFloat(sign | bits);
    }

    /** IEEE 754 binary16, to nearest, ties to even; what is too large becomes infinite. */
    static short floatToHalf(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = bits >>> 16 & 0x8000;
        float magnitude = Math.abs(value);
        if (magnitude < 0x1p-14f) { // subnormal: the quotient is exact, rint rounds ties to even
            return (short) (sign | (int) Math.rint(magnitude * 0x1p24f));
        }
        int rest = bits & 0x7fffffff;
        if (rest >= 0x7f800000) {
            return (short) (sign | 0x7c00 | (rest > 0x7f800000 ? 0x200 : 0));
        }
        int rounded = rest + 0xfff + (rest >>> 13 & 1); // a carry goes on into the exponent
        int half = (rounded >>> 13) - (112 << 10);
        return (short) (sign | Math.min(half, 0x7c00));
    }

    static long[] contiguousStrides(long[] shape) {
        long[] strides = new long[shape.length];
        long step = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            strides[i] = step;
            step *= shape[i];
        }
        return strides;
    }

    private boolean isContiguous() {
        long step = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            if (shape[i] != 1 && strides[i] != step) {
                return elements() <= 1;
            }
            step *= shape[i];
        }
        return true;
    }

    private ByteBuffer copyOut() {
        int size = dtype.bytes();
        ByteBuffer out = ByteBuffer.allocateDirect(Math.toIntExact(bytes()));
        long[] index = new long[shape.length];
        long at = offset;
        while (out.hasRemaining()) {
            int from = Math.toIntExact(at * size);
            for (int b = 0; b < size; b++) {
                out.put(storage.get(from + b));
            }
            // like an odometer: the last axis turns fastest
            for (int axis = shape.length - 1; axis >= 0; axis--) {
                at += strides[axis];
                if (++index[axis] < shape[axis]) {
                    break;
                }
                at -= strides[axis] * shape[axis];
                index[axis] = 0;
            }
        }
        return out.flip();
    }
}
