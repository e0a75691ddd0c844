package panst3r.checkpoint;

import java.util.Optional;
import panst3r.PanSt3RException;

/**
 * What the constructor strings of a checkpoint say, with the defaults filled in (checkpoint.md).
 *
 * @param dino present together with {@code panoptic}: both are absent from a geometry-only (MUSt3R) checkpoint
 */
public record ModelConfig(
        EncoderConfig encoder, DecoderConfig decoder, Optional<DinoConfig> dino, Optional<PanopticConfig> panoptic) {

    public ModelConfig {
        if (encoder.embedDim() != decoder.encoderDim() || encoder.patchSize() != decoder.patchSize()) {
            throw new PanSt3RException("the encoder's tokens (" + encoder.embedDim() + " wide, patch "
                    + encoder.patchSize() + ") are not what the decoder takes (" + decoder.encoderDim() + ", patch "
                    + decoder.patchSize() + ").");
        }
        if (dino.isPresent() != panoptic.isPresent()) {
            throw new PanSt3RException("a DINOv2 encoder and a panoptic decoder only make sense together.");
        }
        if (panoptic.isPresent()) {
            int width = encoder.embedDim() + decoder.embedDim() + dino.get().hiddenSize();
            PanopticConfig p = panoptic.get();
            int takes =
                    p.inputMixer().map(MixerConfig::inDim).orElse(p.upscaler().inputDim());
            if (takes != width) {
                throw new PanSt3RException("the panoptic decoder takes features " + takes
                        + " wide, but encoder, decoder and DINOv2 give " + width + " together.");
            }
            if (p.inputMixer().isPresent()
                    && p.inputMixer().get().hiddenDim() != p.upscaler().inputDim()) {
                throw new PanSt3RException("the upscaler takes features "
                        + p.upscaler().inputDim() + " wide, but the input mixer gives "
                        + p.inputMixer().get().hiddenDim() + ".");
            }
        }
    }
}
