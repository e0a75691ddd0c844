package panst3r.checkpoint;

import java.util.Optional;

/**
 * What the constructor strings of a checkpoint say, with the defaults filled in (checkpoint.md).
 *
 * @param dino present together with {@code panoptic}: both are absent from a geometry-only (MUSt3R) checkpoint
 */
public record ModelConfig(
        EncoderConfig encoder, DecoderConfig decoder, Optional<DinoConfig> dino, Optional<PanopticConfig> panoptic) {}
