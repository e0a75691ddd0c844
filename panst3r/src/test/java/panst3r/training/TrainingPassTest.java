package panst3r.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import panst3r.model.Decoder;
import panst3r.model.Grid;
import panst3r.model.Memory;
import panst3r.model.PanSt3R;
import panst3r.model.Tap;
import panst3r.nn.Scope;
import panst3r.rooms.RoomOptions;
import panst3r.rooms.RoomSample;
import panst3r.rooms.Rooms;

/** What a training computes differently from an inference, for speed, gives the same. */
class TrainingPassTest {
    private static final RoomOptions SMALL =
            RoomOptions.defaults().withViews(3).withSize(64, 48).withNoise(0);
    private static final int PATCH = 16;

    private static TrainingScene scene(long seed) {
        return TrainingScene.of(Rooms.sample(Rooms.FIRST_TRAINING_SEED + seed, SMALL), 0, new Random(0));
    }

    private interface Check {
        void with(PanSt3R model, NDManager manager);
    }

    private static void with(Check check) {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            TrainedParameters parameters =
                    TrainedParameters.fresh(MiniModel.description().config(), 3, manager);
            PanSt3R model = new PanSt3R(
                    MiniModel.description().config(), parameters.all(), manager, parameters.count(), "", "standard-v2");
            Scope.inference(() -> {
                check.with(model, manager);
                return null;
            });
        }
    }

    private static TrainingPass.Result forward(PanSt3R model, NDManager manager, List<TrainingScene> scenes, int[] at) {
        int tokens = 64 / PATCH * (48 / PATCH);
        try (Memory memory = model.decoder().newMemory(scenes.size(), 3 * tokens)) {
            return new TrainingPass(model, manager, null).forward(scenes, 3, at, true, List.of(1, 2), memory);
        }
    }

    @Test
    void scenesSideBySideDoNotSeeEachOther() {
        with((model, manager) -> {
            int[] pixels = {0, 17, 200};
            TrainingPass.Result both = forward(model, manager, List.of(scene(1), scene(2)), pixels);
            for (int s = 0; s < 2; s++) {
                TrainingPass.Result alone = forward(model, manager, List.of(scene(1 + s)), pixels);
                assertThat(both.global().get(s).toFloatArray())
                        .usingComparatorWithPrecision(1e-4f)
                        .containsExactly(alone.global().get(0).toFloatArray());
                assertThat(both.attention().get(2)[1].get(s).toFloatArray())
                        .usingComparatorWithPrecision(1e-4f)
                        .containsExactly(alone.attention().get(2)[1].get(0).toFloatArray());
            }
        });
    }

    @Test
    void pointsAreThoseOfTheWholePointmap() {
        with((model, manager) -> {
            TrainingScene scene = scene(1);
            Grid grid = Grid.of(48, 64, PATCH);
            NDList images = new NDList();
            for (float[] pixels : scene.pixels()) {
                images.add(manager.create(pixels, new Shape(3, 48, 64)));
            }
            NDArray tokens =
                    model.decoder().embed(model.encoder().forward(ai.djl.ndarray.NDArrays.stack(images), Tap.NONE));
            try (Memory memory = model.decoder().newMemory(2 * grid.tokens())) {
                model.decoder()
                        .update(
                                memory,
                                List.of(
                                        new Decoder.Image(tokens.get("0:1"), grid),
                                        new Decoder.Image(tokens.get("1:2"), grid)),
                                Tap.NONE);
                Decoder.Rendering whole = model.decoder().render(memory, tokens, grid);
                int[] pixels = {3, 100, 255};
                float[] some = model.decoder().points(whole.features(), pixels).toFloatArray();
                float[] wanted = new float[some.length];
                TrainingScene raw = new TrainingScene(
                        48, 64, scene.pixels(), null, whole.pointmaps().toFloatArray(), null, null, null);
                raw.gather(raw.global(), 7, 3, PATCH, pixels, wanted, 0);
                assertThat(some).usingComparatorWithPrecision(1e-4f).containsExactly(wanted);
            }
        });
    }

    /** Every partner shows the same place, seen from an earlier keyframe; what both see has one. */
    @Test
    void partnersShowTheSamePlace() {
        RoomSample room = Rooms.sample(Rooms.FIRST_TRAINING_SEED + 5, SMALL.withSize(160, 128));
        TrainingScene scene = TrainingScene.of(room, 0, new Random(0));
        int keyframes = 2;
        int columns = 160 / PATCH;
        int tokens = columns * (128 / PATCH);
        int[] partners = AttentionLoss.partners(scene, keyframes, PATCH);
        assertThat(partners).hasSize(3 * tokens);
        List<Integer> found = new ArrayList<>();
        for (int t = 0; t < tokens; t++) {
            assertThat(partners[t]).isEqualTo(t);
        }
        for (int t = tokens; t < partners.length; t++) {
            if (partners[t] < 0) {
                continue;
            }
            found.add(t);
            int earlier = Math.min(t / tokens, keyframes);
            assertThat(partners[t] / tokens).isLessThan(earlier);
            double best = distance(scene, t, partners[t], columns, tokens);
            for (int other = 0; other < earlier * tokens; other++) {
                assertThat(distance(scene, t, other, columns, tokens)).isGreaterThanOrEqualTo(best - 1e-6);
            }
        }
        assertThat(found).hasSizeGreaterThan(tokens);
    }

    private static double distance(TrainingScene scene, int a, int b, int columns, int tokens) {
        double sum = 0;
        for (int c = 0; c < 3; c++) {
            double d = scene.global()[3 * centre(a, columns, tokens) + c]
                    - scene.global()[3 * centre(b, columns, tokens) + c];
            sum += d * d;
        }
        return Math.sqrt(sum);
    }

    private static int centre(int token, int columns, int tokens) {
        int y = token % tokens / columns * PATCH + PATCH / 2;
        int x = token % columns * PATCH + PATCH / 2;
        return (token / tokens * 128 + y) * 160 + x;
    }

    /** By hand: one head of width 1, keys 0 and ln 3, query 1: the second key gets 3/4. */
    @Test
    void attentionLossByHand() {
        with((model, manager) -> {
            NDArray queries = manager.create(new float[] {1, 1, 0}, new Shape(1, 3, 1));
            NDArray keys = manager.create(new float[] {0, (float) Math.log(3)}, new Shape(1, 2, 1));
            float loss = AttentionLoss.of(queries, keys, 1, new int[][] {{1, -1, 0}}, manager)
                    .getFloat();
            assertThat((double) loss)
                    .isCloseTo((-Math.log(0.75) - Math.log(0.5)) / 2, org.assertj.core.data.Offset.offset(1e-5));
        });
    }

    @Test
    void roomsComeAgainWithOtherPhotosAndThenNeverMore() {
        RoomOptions tiny = SMALL.withSize(16, 16).withFurniture(0, 1);
        TrainingRooms rooms =
                new TrainingRooms(List.of(tiny, tiny.withSize(16, 32)), 2, 2, 2, Rooms.FIRST_TRAINING_SEED);
        List<String> names = IntStream.range(0, 2 * 48 * 2 * 2)
                .mapToObj(i -> rooms.get(i).name())
                .toList();
        int pass = 48 * 2;
        assertThat(names.subList(0, pass)).doesNotHaveDuplicates().isEqualTo(names.subList(pass, 2 * pass));
        assertThat(names.subList(2 * pass, 3 * pass)).doesNotContainAnyElementsOf(names.subList(0, pass));
        assertThat(rooms.get(1).views().get(0).height()).isEqualTo(16);
        assertThat(rooms.get(2).views().get(0).height()).isEqualTo(32);
        RoomSample again =
                new TrainingRooms(List.of(tiny, tiny.withSize(16, 32)), 2, 2, 2, Rooms.FIRST_TRAINING_SEED).get(7);
        assertThat(again.views().get(0).rgb())
                .isEqualTo(rooms.get(7).views().get(0).rgb());
        // rooms to be measured on are never trained on
        assertThatThrownBy(() -> new TrainingRooms(List.of(tiny), 2, 2, 2, Rooms.FIRST_TRAINING_SEED - 1))
                .hasMessageContaining("held-out");
    }
}
