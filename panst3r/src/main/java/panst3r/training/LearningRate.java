package panst3r.training;

/**
 * Linear warm-up, then half a cosine (training.md).
 *
 * @param peak reached after the warm-up
 * @param least approached at the end
 * @param warmup length of the warm-up, in the unit of {@code total}: epochs or steps
 * @param total length of the training
 */
public record LearningRate(double peak, double least, double warmup, double total) {
    public double at(double time) {
        if (time < warmup) {
            return peak * time / warmup;
        }
        return least + (peak - least) * 0.5 * (1 + Math.cos(Math.PI * (time - warmup) / (total - warmup)));
    }
}
