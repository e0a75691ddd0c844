package panst3r.splat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.metrics.TrueScene;
import panst3r.rooms.RoomSample;
import panst3r.rooms.RoomView;
import panst3r.scene.Scene;

/**
 * A fit to some photos of a room whose truth is known, with true cameras, points and labels, and what its pictures are worth
 * at the cameras of the others.
 */
public record HeldOut(Fit fit, NovelViewQuality quality) {
    /**
     * @param every of so many photos the last is left out
     * @param afterEachStep is shown the fit
     * @throws PanSt3RException if that leaves fewer than two photos to fit to, or none out
     */
    public static HeldOut of(
            RoomSample sample, int every, DenseStart start, int steps, Consumer<Fit> afterEachStep, Progress progress) {
        if (every < 2 || every > sample.views().size()) {
            throw new PanSt3RException("Of " + sample.views().size() + " photos every 2nd to "
                    + sample.views().size() + "th can be held out, not every " + every + ".");
        }
        List<RoomView> photos = new ArrayList<>();
        List<RoomView> held = new ArrayList<>();
        for (int v = 0; v < sample.views().size(); v++) {
            (v % every == every - 1 ? held : photos).add(sample.views().get(v));
        }
        if (photos.size() < 2) {
            throw new PanSt3RException("Only " + photos.size() + " photo would be left to fit to; hold out fewer.");
        }
        Scene scene = TrueScene.of(part(sample, photos));
        double[] world = photos.get(0).camera().cameraToWorld();
        List<Pinhole> cameras = held.stream()
                .map(v -> Pinhole.of(v.camera()).inFrameOf(world))
                .toList();
        List<TrainingView> views = TrainingView.of(scene);
        Fit fit = new Fit(start.of(scene, progress), views, FitOptions.dense(steps));
        fit.run(progress, afterEachStep);
        int threads = Runtime.getRuntime().availableProcessors();
        LabelField labels = LabelField.segments(fit.gaussians(), scene, fit.cameras(), threads, progress);
        return new HeldOut(
                fit,
                NovelViewQuality.of(
                        part(sample, held),
                        fit.gaussians(),
                        cameras,
                        fit.cameras(),
                        1,
                        TrainingView.meanColour(views),
                        labels,
                        scene,
                        threads));
    }

    private static RoomSample part(RoomSample sample, List<RoomView> views) {
        return new RoomSample(sample.name(), sample.description(), views, sample.classes(), sample.instances());
    }
}
