package panst3r.rooms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import panst3r.rooms.Material.Pattern;

/** Depth and ids of hand-made scenes against what geometry says. */
class RayCasterTest {
    private static final double[] GREY = {0.5, 0.5, 0.5};
    private static final Material PLAIN = new Material(Pattern.PLAIN, GREY, GREY, 1, 1);

    private static Room room(Solids solids) {
        solids.index();
        Room.Shell shell = new Room.Shell(6, 8, 2.5, PLAIN, PLAIN, new Material[] {PLAIN, PLAIN, PLAIN, PLAIN});
        Room.Mood mood = new Room.Mood(GREY, null, GREY, List.of(), 1, new double[] {1, 1, 1});
        Light light = new Light(0, -2.4, 0, new double[] {0.2, 0, 0}, new double[] {0, 0, 0.2}, null, GREY);
        return new Room(0, shell, solids, List.of(), List.of(), List.of(light), mood);
    }

    /** Level, from the middle of the room at 1 m, along z; the principal point (32, 24) is a pixel. */
    private static RoomView look(Solids solids) {
        return Rooms.render(room(solids), RoomCamera.at(64, 48, 50, 0, -1, 0, 0, 0, 0), "test", 0, 1);
    }

    private static double at(RoomView view, int u, int v) {
        return view.depth()[v * view.width() + u];
    }

    @Test
    void wallFloorAndCeilingOfAnEmptyRoom() {
        RoomView view = look(new Solids());
        assertThat(at(view, 32, 24)).isCloseTo(4, within(1e-6)); // the wall at z = 4
        assertThat(at(view, 40, 24)).isCloseTo(4, within(1e-6)); // a flat wall has one depth
        // 20 pixels down: y = 20/50·z reaches the floor, 1 m below, at z = 2.5
        assertThat(at(view, 32, 44)).isCloseTo(2.5, within(1e-6));
        // 24 pixels up: the ceiling 1.5 m above at z = 1.5·50/24
        assertThat(at(view, 32, 0)).isCloseTo(3.125, within(1e-6));
        assertThat(view.ids()[24 * 64 + 32]).isEqualTo(Room.WALL);
        assertThat(view.ids()[44 * 64 + 32]).isEqualTo(Room.FLOOR);
        assertThat(view.ids()[32]).isEqualTo(Room.CEILING);
    }

    @Test
    void ballBoxAndCylinder() {
        Solids ball = new Solids();
        Carpenter.in(ball, 7, 0, 0, 3, 0).ball(0, 1, 0, 0.5, 0.5, 0.5, PLAIN);
        assertThat(at(look(ball), 32, 24)).isCloseTo(2.5, within(1e-6));
        // 5 pixels aside the ray (0.1, 0, 1)·z meets x² + (z − 3)² = 0.25: 1.01 z² − 6 z + 8.75 = 0
        double z = (6 - Math.sqrt(36 - 4 * 1.01 * 8.75)) / 2.02;
        assertThat(at(look(ball), 37, 24)).isCloseTo(z, within(1e-6));

        Solids box = new Solids();
        Carpenter.in(box, 7, 0, 0, 3, Math.PI / 4).box(-0.5, 0.5, 0, 2, -0.5, 0.5, PLAIN);
        // an edge of the turned box points at the camera
        assertThat(at(look(box), 32, 24)).isCloseTo(3 - Math.sqrt(0.5), within(1e-6));

        Solids cone = new Solids();
        Carpenter.in(cone, 7, 0, 0, 3, 0).cylinder(0, 0, 0, 1, 2, 0.5, PLAIN);
        // radius 1 at the floor, 0.5 at 2 m, so 0.75 at the height of the camera
        assertThat(at(look(cone), 32, 24)).isCloseTo(2.25, within(1e-6));
        // 20 pixels down the ray is at y = 1 − 0.4 z above the floor, where the radius is 1 − 0.25 y = 0.75 + 0.1 z
        assertThat(at(look(cone), 32, 44)).isCloseTo(2.25 / 1.1, within(1e-6));
    }

    @Test
    void theNearestOfManyWins() {
        Solids many = new Solids();
        for (int i = 0; i < 40; i++) {
            Carpenter.in(many, 10 + i, 0, 0, 3.9 - 0.07 * i, 0).box(-0.2, 0.2, 0.9, 1.1, 0, 0.02, PLAIN);
        }
        RoomView view = look(many);
        assertThat(at(view, 32, 24)).isCloseTo(3.9 - 0.07 * 39, within(1e-6));
        assertThat(view.ids()[24 * 64 + 32]).isEqualTo(49);
    }

    /** The tree against trying every part. */
    @Test
    void theTreeFindsWhatTryingAllFinds() {
        for (long seed = 0; seed < 6; seed++) {
            Solids solids = Rooms.room(seed, RoomOptions.defaults()).solids;
            Rng rng = new Rng(seed);
            Solids.Ray ray = new Solids.Ray();
            for (int i = 0; i < 400; i++) {
                double x = rng.between(-1.4, 1.4);
                double z = rng.between(-1.4, 1.4);
                ray.from(x, -1.9, z);
                ray.towards(rng.between(-1, 1), rng.between(-0.5, 1), rng.between(-1, 1));
                int best = -1;
                double nearest = 9;
                for (int part = 0; part < solids.count; part++) {
                    double t = solids.hit(part, ray, nearest);
                    if (t < nearest) {
                        nearest = t;
                        best = part;
                    }
                }
                ray.t = 9;
                assertThat(solids.closest(ray)).isEqualTo(best);
                assertThat(ray.t).isEqualTo(nearest);
            }
        }
    }

    @Test
    void overlapOfTurnedBoxes() {
        Solids solids = new Solids();
        Carpenter.in(solids, 1, 0, 0, 0, 0).box(-0.5, 0.5, 0, 1, -0.5, 0.5, PLAIN);
        Carpenter.in(solids, 2, 1.1, 0, 0, Math.PI / 4).box(-0.5, 0.5, 0, 1, -0.5, 0.5, PLAIN);
        Carpenter.in(solids, 3, 1.1, 0, 1.1, Math.PI / 4).box(-0.5, 0.5, 0, 1, -0.5, 0.5, PLAIN);
        Carpenter.in(solids, 4, 0, 1, 0, 0.3).box(-0.5, 0.5, 0, 1, -0.5, 0.5, PLAIN);
        assertThat(solids.overlap(0, 1, 0.001)).isTrue(); // its corner reaches x = 0.39
        assertThat(solids.overlap(0, 2, 0.001)).isFalse(); // along the diagonal there are 5 cm between them
        assertThat(solids.overlap(0, 3, 0.001)).isFalse(); // stands on it
    }
}
