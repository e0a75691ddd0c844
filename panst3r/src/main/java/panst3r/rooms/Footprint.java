package panst3r.rooms;

/** A turned rectangle on the floor with a range of heights: the room that a thing takes. */
record Footprint(
        double x, double z, double halfWidth, double halfDepth, double sin, double cos, double low, double high) {
    static Footprint of(double x, double z, double width, double depth, double yaw, double low, double high) {
        return new Footprint(x, z, width / 2, depth / 2, StrictMath.sin(yaw), StrictMath.cos(yaw), low, high);
    }

    /** Extent along the room's x. */
    double reachX() {
        return halfWidth * Math.abs(cos) + halfDepth * Math.abs(sin);
    }

    /** Extent along the room's z. */
    double reachZ() {
        return halfWidth * Math.abs(sin) + halfDepth * Math.abs(cos);
    }

    /** Whether both come nearer to each other than the margin. */
    boolean meets(Footprint other, double margin) {
        return low < other.high - 1e-3
                && other.low < high - 1e-3
                && !apartAlongAxesOf(other, margin)
                && !other.apartAlongAxesOf(this, margin);
    }

    private boolean apartAlongAxesOf(Footprint o, double margin) {
        double dx = o.x - x;
        double dz = o.z - z;
        // this rectangle's axes: (cos, −sin) across and (sin, cos) to the front
        double across = Math.abs(dx * cos - dz * sin);
        double along = Math.abs(dx * sin + dz * cos);
        double c = Math.abs(cos * o.cos + sin * o.sin);
        double s = Math.abs(sin * o.cos - cos * o.sin);
        return across > halfWidth + o.halfWidth * c + o.halfDepth * s + margin
                || along > halfDepth + o.halfWidth * s + o.halfDepth * c + margin;
    }

    /** Distance of a point on the floor from the rectangle, 0 within. */
    double distance(double px, double pz) {
        double dx = px - x;
        double dz = pz - z;
        double across = Math.max(0, Math.abs(dx * cos - dz * sin) - halfWidth);
        double along = Math.max(0, Math.abs(dx * sin + dz * cos) - halfDepth);
        return Math.sqrt(across * across + along * along);
    }
}
