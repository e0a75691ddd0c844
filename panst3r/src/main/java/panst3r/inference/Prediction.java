package panst3r.inference;

import java.nio.FloatBuffer;
import java.util.List;
import panst3r.checkpoint.PointmapActivation;
import panst3r.merge.ClassLogits;
import panst3r.merge.MaskSource;

/**
 * The raw result of one run of the network over all views: everything that merging and the scene need, so that neither
 * runs the network again. Holds no native memory.
 *
 * @param views in the caller's order
 * @param activation how the pointmaps are to be read
 * @param classNames K names, in the order of the columns of {@code classLogits}; empty for a geometry-only model
 * @param classLogits null for a geometry-only model
 * @param finalQueries [Q, D] row-major, before the decoder norm: other classes can be scored from them; null as above
 * @param model one line that says which weights made it, shown to the user
 */
public record Prediction(
        List<ViewPrediction> views,
        PointmapActivation activation,
        List<String> classNames,
        ClassLogits classLogits,
        float[] finalQueries,
        String model) {
    public Prediction {
        views = List.copyOf(views);
        classNames = List.copyOf(classNames);
    }

    /** Whether there is anything to merge. */
    public boolean hasMasks() {
        return classLogits != null;
    }

    /** The mask logits as merging wants them. */
    public MaskSource masks() {
        return new MaskSource() {
            @Override
            public int queries() {
                return classLogits.queries();
            }

            @Override
            public int views() {
                return views.size();
            }

            @Override
            public int height(int view) {
                return views.get(view).view().height();
            }

            @Override
            public int width(int view) {
                return views.get(view).view().width();
            }

            @Override
            public int maskHeight(int view) {
                return views.get(view).maskHeight();
            }

            @Override
            public int maskWidth(int view) {
                return views.get(view).maskWidth();
            }

            @Override
            public FloatBuffer logits(int view) {
                return views.get(view).maskLogits().duplicate();
            }
        };
    }
}
