package panst3r.rooms;

import java.util.List;
import java.util.function.Consumer;

/**
 * A piece of furniture before it has a place; may be built several times (chairs of a set).
 *
 * @param type name of its class
 * @param width of the box around it, x in −width/2 … width/2
 * @param height y in 0 … height
 * @param depth z in −depth/2 … depth/2, its front is at +depth/2
 * @param supports where other things can stand
 */
record Plan(String type, double width, double height, double depth, List<Support> supports, Consumer<Carpenter> build) {
    /** A level rectangle at height y with so much free height above it. */
    record Support(double x0, double x1, double z0, double z1, double y, double clear) {}

    Plan(String type, double width, double height, double depth, Consumer<Carpenter> build) {
        this(type, width, height, depth, List.of(), build);
    }
}
