package panst3r.rooms;

/**
 * A parallelogram that shines: a lamp or a window. What it gives to a surface falls with the square of the distance.
 *
 * @param x of its centre in the room
 * @param y of its centre
 * @param z of its centre
 * @param a [3] half of one side
 * @param b [3] half of the other side
 * @param normal [3] the side that shines, or null for all around
 * @param colour [3] strength at one metre
 */
record Light(double x, double y, double z, double[] a, double[] b, double[] normal, double[] colour) {}
