package panst3r.export;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import panst3r.Progress;
import panst3r.scene.PointCloud;
import panst3r.scene.PointQuery;
import panst3r.scene.Scene;

/**
 * The points of an export view by view, so that no more than one view's are ever held; in the order of {@link
 * Scene#points}. How many there are is known first: most formats begin with it.
 */
final class PointChunks {
    /** Takes the points of one view; never none. */
    @FunctionalInterface
    interface Taker {
        void take(PointCloud points) throws IOException;
    }

    private final Scene scene;
    private final Progress progress;
    private final List<PointQuery> parts = new ArrayList<>();
    private final List<Integer> sizes = new ArrayList<>();
    private PointCloud drawn; // a sample is drawn from all views at once, and small

    PointChunks(Scene scene, PointQuery query, Progress progress) {
        this.scene = scene;
        this.progress = progress;
        if (query.limit() < Integer.MAX_VALUE) {
            drawn = scene.points(query);
            return;
        }
        List<Integer> views = query.views() == null
                ? IntStream.range(0, scene.views()).boxed().toList()
                : query.views().stream().sorted().toList();
        for (int v : views) {
            progress.step("count", parts.size(), views.size());
            PointQuery part = query.views(v);
            parts.add(part);
            sizes.add(scene.points(part).size());
        }
    }

    long size() {
        return drawn != null ? drawn.size() : sizes.stream().mapToLong(n -> n).sum();
    }

    void each(Taker taker) throws IOException {
        if (drawn != null) {
            progress.step("points", 0, 1);
            if (drawn.size() > 0) {
                taker.take(drawn);
            }
            return;
        }
        for (int i = 0; i < parts.size(); i++) {
            progress.step("points", i, parts.size());
            if (sizes.get(i) > 0) {
                taker.take(scene.points(parts.get(i)));
            }
        }
    }
}
