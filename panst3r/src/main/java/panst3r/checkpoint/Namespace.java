package panst3r.checkpoint;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** A Python {@code argparse.Namespace} as data: options by name. */
public final class Namespace {
    private final Map<String, Object> fields = new LinkedHashMap<>();

    Namespace() {}

    public Map<String, Object> fields() {
        return Collections.unmodifiableMap(fields);
    }

    /** Null if there is no such field, or if it is None. */
    public Object get(String name) {
        return fields.get(name);
    }

    void set(String name, Object value) {
        fields.put(name, value);
    }

    @Override
    public String toString() {
        return "Namespace" + fields.keySet();
    }
}
