package panst3r.export;

import panst3r.metrics.TrueScene;
import panst3r.rooms.RoomOptions;
import panst3r.rooms.RoomSample;
import panst3r.rooms.Rooms;
import panst3r.scene.Scene;

/** A small room with its ground truth, as a scene: what the tests of the exports write and read back. */
final class TruthScene {
    static final RoomSample ROOM = Rooms.sample(
            Rooms.FIRST_HELD_OUT_SEED, RoomOptions.defaults().withViews(3).withSize(96, 64));

    static final Scene SCENE = TrueScene.of(ROOM);

    private TruthScene() {}
}
