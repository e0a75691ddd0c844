package panst3r.checkpoint;

import java.util.Map;
import java.util.Optional;
import panst3r.PanSt3RException;

/**
 * What a checkpoint says about its model in its own words: the constructor strings of its modules (checkpoint.md, "Top-level
 * object").
 *
 * @param encoder {@code Dust3rEncoder(…)}
 * @param decoder {@code MUSt3R(…)}
 * @param dinoEncoder {@code DinoV2Encoder(…)}; empty, like {@code panopticDecoder}, for geometry alone
 * @param panopticDecoder {@code PanopticDecoder(…)}
 * @param dinoConfig sizes of a DINOv2 that has no name, with the keys of the Hugging Face configuration; empty if it has one
 * @param postprocessDefault how the authors merge: standard-v1, standard-v2 or qubo; in a checkpoint of this project perhaps
 *     with options of its own, {@code standard-v2 mask-threshold=0.6}, which {@code Merge.parse} reads and checks
 */
public record ModelDescription(
        String encoder,
        String decoder,
        Optional<String> dinoEncoder,
        Optional<String> panopticDecoder,
        Map<String, Object> dinoConfig,
        String postprocessDefault) {

    public ModelDescription {
        dinoConfig = Map.copyOf(dinoConfig);
    }

    /** A model that gives geometry without masks. */
    public static ModelDescription geometry(String encoder, String decoder) {
        return new ModelDescription(encoder, decoder, Optional.empty(), Optional.empty(), Map.of(), "standard-v2");
    }

    /** The same model, to be merged in this way. */
    public ModelDescription withPostprocessDefault(String merge) {
        return new ModelDescription(encoder, decoder, dinoEncoder, panopticDecoder, dinoConfig, merge);
    }

    /**
     * Reads the strings; nothing in them is evaluated.
     *
     * @throws PanSt3RException if one is not a constructor call that checkpoint.md names, showing the place, or if they do
     *     not fit together
     */
    public ModelConfig config() {
        return new ModelConfig(
                ConfigReader.encoder("must3r_encoder", encoder),
                ConfigReader.decoder("must3r_decoder", decoder),
                dinoEncoder.map(text -> ConfigReader.dino("dino_encoder", text, dinoConfig)),
                panopticDecoder.map(text -> ConfigReader.panoptic("panoptic_decoder", text)));
    }
}
