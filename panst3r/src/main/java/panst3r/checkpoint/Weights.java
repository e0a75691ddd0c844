package panst3r.checkpoint;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.UserCache;

/**
 * Named parameters, seen from one place in the hierarchy: {@code weights.at("must3r_decoder").at("blocks_dec.3")} sees
 * {@code must3r_decoder.blocks_dec.3.norm1.weight} as {@code norm1.weight}. Immutable.
 */
public final class Weights {
    private final Map<String, TensorData> tensors;
    private final String prefix;

    /** @param tensors full name to tensor, in the order of the file */
    public Weights(Map<String, TensorData> tensors) {
        this(Collections.unmodifiableMap(new LinkedHashMap<>(tensors)), "");
    }

    private Weights(Map<String, TensorData> tensors, String prefix) {
        this.tensors = tensors;
        this.prefix = prefix;
    }

    /** The same parameters seen from {@code name}, e.g. "blocks_dec.3". */
    public Weights at(String name) {
        return new Weights(tensors, prefix + name + ".");
    }

    /** @throws PanSt3RException if there is no such parameter; the message has its full name */
    public TensorData get(String name) {
        return find(name)
                .orElseThrow(() -> new PanSt3RException(
                        "The checkpoint has no tensor " + prefix + name + "; it does not fit its configuration."));
    }

    public Optional<TensorData> find(String name) {
        return Optional.ofNullable(tensors.get(prefix + name));
    }

    /** Names as seen from here, in the order of the file. */
    public Set<String> names() {
        return tensors.keySet().stream()
                .filter(n -> n.startsWith(prefix))
                .map(n -> n.substring(prefix.length()))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Full name of {@code name} as seen from here. */
    public String fullName(String name) {
        return prefix + name;
    }

    /** Number of parameters (elements) seen from here. */
    public long parameters() {
        return tensors.entrySet().stream()
                .filter(e -> e.getKey().startsWith(prefix))
                .mapToLong(e -> e.getValue().elements())
                .sum();
    }

    /**
     * What tells these parameters from others: changes with any name, type, shape or value. Reads everything once, as fast
     * as memory is read.
     *
     * @throws panst3r.CancelledException if the calling thread is interrupted
     */
    public byte[] digest() {
        MessageDigest digest = UserCache.digest();
        for (String name : new TreeSet<>(names())) {
            Progress.stopIfInterrupted("Reading the weights");
            TensorData tensor = get(name);
            CRC32C values = new CRC32C(); // hundreds of tensors: no two models agree in all their sums by chance
            values.update(tensor.data());
            digest.update((name + tensor + values.getValue() + '\n').getBytes(StandardCharsets.UTF_8));
        }
        return digest.digest();
    }
}
