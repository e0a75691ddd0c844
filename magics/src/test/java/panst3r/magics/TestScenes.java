package panst3r.magics;

import java.util.List;
import panst3r.Progress;
import panst3r.merge.Merge;
import panst3r.scene.Scene;

/** A notebook that holds a scene, for tests in other packages. */
public final class TestScenes {
    private TestScenes() {}

    /** A session with the commands registered and {@link SmallScene}, merged, as "room". */
    public static Session start(Bridge bridge) {
        Session session = PanSt3RMagics.start(bridge);
        Scene scene = SmallScene.of(3, "small.pth", List.of("chair", "coffee table", "wall"));
        session.workspace().scene("room", scene.merged(Merge.standardV2(), Progress.SILENT), "standard-v2");
        return session;
    }
}
