package panst3r.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.function.Function;
import panst3r.PanSt3RException;
import panst3r.checkpoint.DType;
import panst3r.checkpoint.TensorData;
import panst3r.checkpoint.Weights;

/**
 * Parameters as arrays, by name, seen from one place in the hierarchy: what modules are built from. Comes from a
 * checkpoint ({@link #of(Weights, NDManager)}) or from arrays that someone trains ({@link #of(Map)}); modules cannot tell.
 */
public final class Parameters {
    private final Function<String, NDArray> source;
    private final String prefix;

    private Parameters(Function<String, NDArray> source, String prefix) {
        this.source = source;
        this.prefix = prefix;
    }

    /**
     * The parameters of a checkpoint, in float32. On a CPU those stored as float32 are used where they lie in the mapped
     * file: no copy is made, and they must not be written to.
     *
     * @param manager owns the arrays and says on which device they are
     */
    public static Parameters of(Weights weights, NDManager manager) {
        return new Parameters(
                name -> weights.find(name).map(t -> array(t, manager)).orElse(null), "");
    }

    /** @param arrays by full name; float32, with or without gradients; owned by the caller */
    public static Parameters of(Map<String, NDArray> arrays) {
        return new Parameters(arrays::get, "");
    }

    /** The same parameters seen from {@code name}, e.g. "blocks_dec.3". */
    public Parameters at(String name) {
        return new Parameters(source, prefix + name + ".");
    }

    /** @throws PanSt3RException if there is no such parameter */
    public NDArray get(String name) {
        NDArray array = find(name);
        if (array == null) {
            throw new PanSt3RException("The model has no parameter " + prefix + name + ".");
        }
        return array;
    }

    /** Null if there is no such parameter. */
    public NDArray find(String name) {
        return source.apply(prefix + name);
    }

    private static NDArray array(TensorData tensor, NDManager manager) {
        ByteBuffer data = tensor.data();
        if (tensor.dtype() != DType.F32 || !data.isDirect() || ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            float[] floats = tensor.toFloats();
            data = ByteBuffer.allocateDirect(Math.multiplyExact(4, floats.length))
                    .order(ByteOrder.nativeOrder());
            data.asFloatBuffer().put(floats);
        }
        // DJL wraps a direct buffer (from its first byte: a slice is needed) and holds on to it
        NDArray array = manager.create(
                data.slice().order(ByteOrder.nativeOrder()), new Shape(tensor.shape()), DataType.FLOAT32);
        NDScope.unregister(array);
        return array;
    }
}
