package panst3r.rooms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class RoomsTest {
    private static final RoomOptions SMALL = RoomOptions.defaults().withSize(96, 64);

    @Example
    void sameSeedSameBytesForAnyNumberOfThreads() {
        for (Baseline baseline : Baseline.values()) {
            RoomOptions options = SMALL.withBaseline(baseline).withViews(2);
            RoomSample one = Rooms.sample(5, options, 1);
            RoomSample three = Rooms.sample(5, options, 3);
            assertThat(three.instances()).isEqualTo(one.instances());
            for (int i = 0; i < 2; i++) {
                assertThat(three.views().get(i).rgb())
                        .isEqualTo(one.views().get(i).rgb());
                assertThat(three.views().get(i).depth())
                        .isEqualTo(one.views().get(i).depth());
                assertThat(three.views().get(i).ids())
                        .isEqualTo(one.views().get(i).ids());
            }
        }
    }

    @Example
    void aCameraOfASampleRendersTheSamePhoto() {
        RoomSample sample = Rooms.sample(6, SMALL);
        RoomView view = sample.views().get(2);
        RoomView again = Rooms.render(Rooms.room(6, SMALL), view.camera(), view.name(), SMALL.noise(), 1);
        assertThat(again.rgb()).isEqualTo(view.rgb());
    }

    @Example
    void resolutionChangesNeitherRoomNorCameras() {
        RoomSample small = Rooms.sample(7, SMALL);
        RoomSample large = Rooms.sample(7, SMALL.withSize(192, 128));
        for (int i = 0; i < 4; i++) {
            assertThat(large.views().get(i).camera().cameraToWorld())
                    .isEqualTo(small.views().get(i).camera().cameraToWorld());
        }
    }

    /**
     * A pixel of a view, taken to its point and looked at from another view, is there the same instance at the same
     * depth, unless something nearer hides it; nothing is ever seen through it.
     */
    @Property(tries = 30)
    void viewsAgreeOnWhatIsWhere(@ForAll @LongRange(min = 0, max = 100_000) long seed, @ForAll Baseline baseline) {
        RoomOptions options = SMALL.withBaseline(baseline).withViews(3);
        Room room = Rooms.room(seed, options);
        RoomSample sample = Rooms.sample(seed, options);
        Rng rng = new Rng(seed);
        int seen = 0;
        for (RoomView a : sample.views()) {
            for (RoomView b : sample.views()) {
                for (int i = 0; i < 60; i++) {
                    int u = rng.between(0, a.width() - 1);
                    int v = rng.between(0, a.height() - 1);
                    int at = v * a.width() + u;
                    double[] p = a.camera().unproject(u, v, a.depth()[at]);
                    double[] q = b.camera().project(p[0], p[1], p[2]);
                    if (q[2] < 0.05 || Math.abs(q[0]) > 1000 || Math.abs(q[1]) > 1000) {
                        continue;
                    }
                    // a photo of one pixel, exactly there
                    RoomCamera c = b.camera();
                    RoomCamera dot =
                            new RoomCamera(1, 1, c.fx(), c.fy(), c.cx() - q[0], c.cy() - q[1], c.cameraToWorld());
                    RoomView there = Rooms.render(room, dot, "dot", 0, 1);
                    double depth = there.depth()[0];
                    assertThat(depth).isLessThan(q[2] + 1e-3);
                    // a door stands 1 mm before its wall, so "the same depth" must be finer than that
                    if (depth > q[2] - 1e-4) {
                        seen++;
                        assertThat(there.ids()[0]).isEqualTo(a.ids()[at]);
                    }
                    if (a == b) {
                        assertThat(depth).isGreaterThan(q[2] - 1e-4);
                    }
                }
            }
        }
        assertThat(seen).isGreaterThan(3 * 60); // the views of themselves, and some of the others
    }

    @Property(tries = 40)
    void thingsAreWithinTheWallsAndNotInEachOther(@ForAll @LongRange(min = 0, max = 1_000_000) long seed) {
        Room room = Rooms.room(seed, RoomOptions.defaults());
        for (Room.Placed a : room.placed) {
            double[] box = room.solids.boundsOf(a.first(), a.end());
            assertThat(box[0]).isGreaterThanOrEqualTo(-room.width() / 2 - 1e-6);
            assertThat(box[3]).isLessThanOrEqualTo(room.width() / 2 + 1e-6);
            assertThat(box[1]).isGreaterThanOrEqualTo(-room.height() - 1e-6);
            assertThat(box[4]).isLessThanOrEqualTo(0.001);
            assertThat(box[2]).isGreaterThanOrEqualTo(-room.depth() / 2 - 1e-6);
            assertThat(box[5]).isLessThanOrEqualTo(room.depth() / 2 + 1e-6);
            for (Room.Placed b : room.placed) {
                if (a == b || isRug(a) || isRug(b)) { // things stand on a rug of 1 cm
                    continue;
                }
                for (int i = a.first(); i < a.end(); i++) {
                    for (int k = b.first(); k < b.end(); k++) {
                        assertThat(room.solids.overlap(i, k, 0.001))
                                .as("instance %d in instance %d of room %d", a.id(), b.id(), seed)
                                .isFalse();
                    }
                }
            }
        }
    }

    private static boolean isRug(Room.Placed placed) {
        return Rooms.CLASSES.get(placed.classId()).name().equals("rug");
    }

    @Property(tries = 20)
    void everyInstanceHasPixelsAndEveryPixelAnInstance(@ForAll @LongRange(min = 0, max = 1_000_000) long seed) {
        RoomSample sample = Rooms.sample(seed, SMALL);
        long[] areas = sample.areas();
        for (RoomInstance instance : sample.instances()) {
            assertThat(areas[instance.id()]).isPositive();
        }
        for (int i = 0; i < sample.views().size(); i++) {
            assertThat(sample.classIds(i)).doesNotContain(-1);
            for (float depth : sample.views().get(i).depth()) {
                assertThat(depth).isBetween(0.05f, 12f);
            }
        }
    }

    @Property(tries = 20)
    void neighboursOfAWalkAreNear(@ForAll @LongRange(min = 0, max = 1_000_000) long seed) {
        RoomOptions options = SMALL.withBaseline(Baseline.NARROW).withViews(6);
        List<RoomCamera> cameras = Rooms.cameras(Rooms.room(seed, options), options);
        for (int i = 1; i < cameras.size(); i++) {
            double[] a = cameras.get(i - 1).cameraToWorld();
            double[] b = cameras.get(i).cameraToWorld();
            double step = Math.sqrt(Math.pow(a[3] - b[3], 2) + Math.pow(a[11] - b[11], 2));
            assertThat(step).isLessThanOrEqualTo(0.5 + 1e-9);
            double forward = a[2] * b[2] + a[6] * b[6] + a[10] * b[10];
            // 15° aside, and up to 9° up or down
            assertThat(Math.toDegrees(Math.acos(Math.min(1, forward)))).isLessThan(18.5);
        }
    }

    /** Half of the points of most views are seen in an earlier one. */
    @Example
    void wideViewsOverlap() {
        double sum = 0;
        int n = 0;
        for (long seed = 100; seed < 130; seed++) {
            List<RoomView> views = Rooms.sample(seed, SMALL).views();
            for (int i = 1; i < views.size(); i++) {
                double most = 0;
                for (int k = 0; k < i; k++) {
                    most = Math.max(most, shared(views.get(i), views.get(k)));
                }
                sum += most;
                n++;
            }
        }
        assertThat(sum / n).isGreaterThan(0.45);
    }

    private static double shared(RoomView a, RoomView b) {
        int count = 0;
        for (int i = 0; i < a.depth().length; i++) {
            double[] p = a.camera().unproject(i % a.width(), i / a.width(), a.depth()[i]);
            double[] q = b.camera().project(p[0], p[1], p[2]);
            int u = (int) Math.rint(q[0]);
            int v = (int) Math.rint(q[1]);
            if (q[2] > 0.05 && u >= 0 && v >= 0 && u < b.width() && v < b.height()) {
                count += Math.abs(b.depth()[v * b.width() + u] - q[2]) < 0.05 * q[2] ? 1 : 0;
            }
        }
        return (double) count / a.depth().length;
    }

    @Example
    void pixelsAndPointsOfAView() {
        RoomView view = Rooms.sample(8, SMALL).views().get(1);
        int n = view.width() * view.height();
        float[] pixels = view.pixels();
        assertThat(pixels).hasSize(3 * n);
        assertThat(pixels[2 * n + 77]).isEqualTo((view.rgb()[3 * 77 + 2] & 255) / 127.5f - 1);
        float[] points = view.points();
        double[] q = view.camera().project(points[3 * 500], points[3 * 500 + 1], points[3 * 500 + 2]);
        assertThat(Math.rint(q[0])).isEqualTo(500 % view.width());
        assertThat(Math.rint(q[1])).isEqualTo(500 / view.width());
        assertThat((float) q[2]).isCloseTo(view.depth()[500], within(1e-4f));
    }

    @Example
    void portraitAndManySizes() {
        RoomSample portrait = Rooms.sample(9, SMALL.withSize(48, 80));
        assertThat(portrait.views().get(0).height()).isEqualTo(80);
        RoomCamera camera = portrait.views().get(0).camera();
        double field = Math.toDegrees(2 * Math.atan(40 / camera.fy()));
        assertThat(field).isBetween(50.0, 78.0);
    }
}
