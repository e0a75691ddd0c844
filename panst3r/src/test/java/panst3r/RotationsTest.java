package panst3r;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RotationsTest {
    @Property(tries = 300)
    void aQuaternionAndItsMatrixAreTheSameRotation(@ForAll long seed, @ForAll boolean halfTurn) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] q = new double[4];
        for (int i = halfTurn ? 1 : 0; i < 4; i++) {
            q[i] = random.nextDouble(-1, 1);
        }
        double norm = Math.sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]);
        double[] r = Rotations.matrix(q[0] / norm, q[1] / norm, q[2] / norm, q[3] / norm);
        double[] back = Rotations.quaternion(r);
        double dot = 0;
        for (int i = 0; i < 4; i++) {
            dot += back[i] * q[i] / norm;
        }
        assertThat(Math.abs(dot)).isEqualTo(1, within(1e-12));
        assertThat(back[0]).isNotNegative();
        double[] pose = {r[0], r[1], r[2], 7, r[3], r[4], r[5], 8, r[6], r[7], r[8], 9, 0, 0, 0, 1};
        assertThat(Rotations.isRigid(pose, 1e-9)).isTrue();
        for (int i = 0; i < 3; i++) {
            pose[i] = -pose[i];
        }
        assertThat(Rotations.isRigid(pose, 1e-9)).isFalse();
    }

    @Test
    void aQuarterTurnAboutZ() {
        double[] r = Rotations.matrix(Math.sqrt(0.5), 0, 0, Math.sqrt(0.5));
        double[] expected = {0, -1, 0, 1, 0, 0, 0, 0, 1};
        for (int i = 0; i < 9; i++) {
            assertThat(r[i]).isEqualTo(expected[i], within(1e-15));
        }
        assertThat(Rotations.quaternion(r))
                .containsExactly(new double[] {Math.sqrt(0.5), 0, 0, Math.sqrt(0.5)}, within(1e-15));
    }
}
