package panst3r.checkpoint;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** A model in the project's own form that runs in a moment, of random weights, with a class table. */
public final class TinyModel {
    public static final ModelDescription DESCRIPTION = new ModelDescription(
            "Dust3rEncoder(img_size=(64, 64), embed_dim=32, depth=2, num_heads=4)",
            "MUSt3R(img_size=(64, 64), enc_embed_dim=32, embed_dim=32, depth=2, num_heads=4, feedback_type='single_mlp')",
            Optional.of("DinoV2Encoder()"),
            Optional.of("PanopticDecoder(input_mixer=None, upscaler=PixelShuffleUpscaler(input_dim=80,"
                    + " hidden_dim_factor=1, fp_dim=[32, 32, 24, 16]), mask_dim=16, fpn_dim=[32], hidden_dim=32,"
                    + " ff_dim=32, num_queries=12, num_heads=4, dec_layers=2, label_mode='sigmoid')"),
            Map.of(
                    "hidden_size", 16,
                    "num_hidden_layers", 1,
                    "num_attention_heads", 2,
                    "mlp_ratio", 2,
                    "patch_size", 14,
                    "image_size", 70),
            "standard-v2");

    private TinyModel() {}

    /** @param classes names; their embeddings are random */
    public static void write(Path file, List<String> classes, long seed) {
        Path torch = file.resolveSibling(file.getFileName() + ".pth");
        RandomCheckpoint.write(torch, DESCRIPTION, seed);
        try (Checkpoint random = Checkpoint.open(torch)) {
            Map<String, TensorData> tensors = new LinkedHashMap<>();
            random.weights()
                    .names()
                    .forEach(n -> tensors.put(n, random.weights().get(n)));
            Checkpoint.write(file, DESCRIPTION, tensors, Optional.of(table(classes, seed)));
        }
    }

    public static ClassTable table(List<String> names, long seed) {
        int width = DESCRIPTION.config().panoptic().orElseThrow().textEncoder().width();
        float[] embeddings = new float[names.size() * width];
        Random random = new Random(seed);
        for (int i = 0; i < embeddings.length; i++) {
            embeddings[i] = (float) random.nextGaussian();
        }
        return new ClassTable(names, width, embeddings);
    }
}
