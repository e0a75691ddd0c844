package panst3r.figure;

import java.util.List;
import panst3r.splat.NovelViewQuality;

/**
 * Pictures of new views that were made in one way, of any number of rooms.
 *
 * @param name for the legend
 */
public record NovelSeries(String name, List<NovelViewQuality.View> views) {
    public NovelSeries {
        views = List.copyOf(views);
    }
}
