package panst3r.export;

/** Between cameras that have y down and look along z, as here and in COLMAP, and those with y up that look along −z. */
final class OpenGl {
    private OpenGl() {}

    /** The same camera, [4, 4] row-major camera to world, in the other convention; the world stays. Its own inverse. */
    static double[] camera(double[] cameraToWorld) {
        double[] out = cameraToWorld.clone();
        for (int r = 0; r < 3; r++) {
            out[4 * r + 1] = 0.0 - out[4 * r + 1]; // never −0
            out[4 * r + 2] = 0.0 - out[4 * r + 2];
        }
        return out;
    }
}
