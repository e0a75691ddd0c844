package panst3r.checkpoint;

import java.util.List;

/**
 * Class names with the embeddings that a text tower gave them, not normalised.
 *
 * @param names K
 * @param width D
 * @param embeddings [K, D] row-major
 */
public record ClassTable(List<String> names, int width, float[] embeddings) {
    public ClassTable {
        names = List.copyOf(names);
        if (embeddings.length != (long) names.size() * width) {
            throw new IllegalArgumentException(
                    embeddings.length + " values for " + names.size() + " classes of width " + width);
        }
    }
}
