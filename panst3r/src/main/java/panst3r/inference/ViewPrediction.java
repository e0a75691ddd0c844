package panst3r.inference;

import java.nio.FloatBuffer;
import panst3r.image.View;

/**
 * What the network says of one view, raw.
 *
 * @param view the working image
 * @param keyframe whether it was put in the memory
 * @param pointmap [H, W, 7] row-major, before activation: global xyz (frame of the first keyframe's camera), local xyz
 *     (own camera), confidence
 * @param maskHeight rows of the mask logits
 * @param maskWidth columns of the mask logits
 * @param maskLogits [Q, maskHeight, maskWidth] row-major, heap or memory-mapped; null for a geometry-only model
 */
public record ViewPrediction(
        View view, boolean keyframe, FloatBuffer pointmap, int maskHeight, int maskWidth, FloatBuffer maskLogits) {}
