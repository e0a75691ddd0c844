package panst3r.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import panst3r.Progress;
import panst3r.metrics.TrueScene;
import panst3r.rooms.RoomOptions;
import panst3r.rooms.Rooms;
import panst3r.scene.Scene;

class FacingTest {
    @Property
    void aDirectionComesBackWithinFourDegrees(
            @ForAll @DoubleRange(min = -1, max = 1) double x,
            @ForAll @DoubleRange(min = -1, max = 1) double y,
            @ForAll @DoubleRange(min = -1, max = 1) double z) {
        double[] d = {x, y, z};
        if (Vectors.length(d) < 1e-6) {
            return;
        }
        short code = Facing.code(d);
        assertThat(code).isBetween((short) 0, (short) 4095);
        double cosine = Vectors.dot(Vectors.unit(Facing.direction(code)), Vectors.unit(d));
        assertThat(Math.toDegrees(Math.acos(Math.min(1, cosine)))).isLessThan(4);
    }

    /** Walls, floor and ceiling of a generated room are where most points lie: their directions are known. */
    @Test
    void surfacesOfARoomFaceTheirCamera() {
        Scene scene = TrueScene.of(
                Rooms.sample(1000, RoomOptions.defaults().withViews(3).withSize(96, 64)));
        List<PointSample> samples = PointSample.of(scene, Integer.MAX_VALUE, 0, Progress.SILENT);
        int all = 0;
        int upright = 0;
        for (PointSample s : samples) {
            double[] eye = scene.cameras().get(s.view()).position();
            for (int i = 0; i < s.size(); i++) {
                double[] p = {s.xyz()[3 * i], s.xyz()[3 * i + 1], s.xyz()[3 * i + 2]};
                assertThat(Facing.behind(s.facing()[i], Vectors.plus(eye, p, -1)))
                        .isFalse();
                double[] there = Vectors.plus(p, Vectors.unit(Facing.direction(s.facing()[i])), -1);
                upright += Facing.behind(s.facing()[i], Vectors.plus(there, p, -1)) ? 1 : 0;
                all++;
            }
        }
        assertThat(upright).isEqualTo(all); // from a place behind it, each is seen from behind
    }
}
