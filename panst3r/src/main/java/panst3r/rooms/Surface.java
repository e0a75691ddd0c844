package panst3r.rooms;

/** Where a ray met something and what that place looks like; one for each thread, filled anew for every hit. */
final class Surface {
    /** In the room, metres. */
    double x;

    double y;
    double z;
    /** Unit normal towards the side the ray came from. */
    double nx;

    double ny;
    double nz;
    /** In the part's own frame, metres from its centre; y is up. */
    double lx;

    double ly;
    double lz;
    /** Half sizes of the part in metres. */
    double hx;

    double hy;
    double hz;
    /** Which face of a box, or the caps of a cylinder (1); 3 = round. */
    int axis;
    /** Direction of the view, for what is seen through a window. */
    double vx;

    double vy;
    double vz;
    /** Size of a pixel on the surface in metres: patterns finer than this are faded to their mean. */
    double footprint;
    /** A number of its own for every part, in [0, 1): the tone of a plank, of a leaf. */
    double tone;
    /** Result: linear reflectance. */
    double r;

    double g;
    double b;

    void colour(double red, double green, double blue) {
        r = red;
        g = green;
        b = blue;
    }

    void colour(double[] c, double brightness) {
        r = c[0] * brightness;
        g = c[1] * brightness;
        b = c[2] * brightness;
    }

    /** Blends towards a colour by a share in [0, 1]. */
    void mix(double[] c, double share) {
        r += (c[0] - r) * share;
        g += (c[1] - g) * share;
        b += (c[2] - b) * share;
    }

    void scale(double by) {
        r *= by;
        g *= by;
        b *= by;
    }
}
