package panst3r.jjava;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dflib.jjava.jupyter.kernel.comm.Comm;
import org.dflib.jjava.jupyter.messages.comm.CommMsgCommand;
import org.dflib.jjava.jupyter.messages.comm.CommOpenCommand;

/**
 * JJava's JSON objects, by reflection: the pip package moves Gson to {@code org.dflib.jjava.shaded}, the library on
 * Maven Central does not, and one jar of ours must fit both.
 */
final class Json {
    private static final Method SEND = Arrays.stream(Comm.class.getMethods())
            .filter(m -> m.getName().equals("send") && m.getParameterCount() == 3)
            .findFirst()
            .orElseThrow();
    private static final Class<?> OBJECT = SEND.getParameterTypes()[0];
    private static final Class<?> ELEMENT = OBJECT.getSuperclass();

    private Json() {}

    static void send(Comm comm, String json, List<byte[]> buffers) {
        call(SEND, comm, parse(json), null, buffers);
    }

    static String data(CommMsgCommand message) {
        return String.valueOf(call(method(CommMsgCommand.class, "getData"), message));
    }

    /** Adds the members of a JSON object to the data of a comm that is being opened. */
    static void fill(CommOpenCommand open, String json) {
        Object data = call(method(CommOpenCommand.class, "getData"), open);
        Method add = method(OBJECT, "add", String.class, ELEMENT);
        for (Object member : (Set<?>) call(method(OBJECT, "entrySet"), parse(json))) {
            Map.Entry<?, ?> entry = (Map.Entry<?, ?>) member;
            call(add, data, entry.getKey(), entry.getValue());
        }
    }

    private static Object parse(String json) {
        try {
            // the old instance method: it exists in every version of Gson
            Class<?> parser = Class.forName(OBJECT.getPackageName() + ".JsonParser", true, OBJECT.getClassLoader());
            return call(
                    method(parser, "parse", String.class),
                    parser.getDeclaredConstructor().newInstance(),
                    json);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("This version of JJava hides its JSON reader", e);
        }
    }

    private static Method method(Class<?> type, String name, Class<?>... parameters) {
        try {
            return type.getMethod(name, parameters);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("This version of JJava lacks " + type.getSimpleName() + "." + name, e);
        }
    }

    private static Object call(Method method, Object on, Object... arguments) {
        try {
            return method.invoke(on, arguments);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
