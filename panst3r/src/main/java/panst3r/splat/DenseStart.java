package panst3r.splat;

import java.util.List;
import java.util.stream.IntStream;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.picture.PointSample;
import panst3r.picture.ScenePicture;
import panst3r.scene.PointCloud;
import panst3r.scene.PointQuery;
import panst3r.scene.Scene;

/**
 * A Gaussian for every pixel of a scene, or every k-th: where the network saw the point, as large as the pixel is there, in
 * the colour of the photo, and as opaque as the network was sure. So few steps fit it (novel-views.md).
 *
 * @param every so many rows and columns
 * @param minConfidence points of smaller confidence are left out (confidence is above 1); NaN for 1.5, or less where the model
 *     is nowhere so sure
 * @param degree of the spherical harmonics
 */
public record DenseStart(int every, double minConfidence, int degree) {
    /** Standard deviation in pixels of the photo, of the distance between the pixels taken. */
    private static final double FOOTPRINT = 0.5;

    private static final double LEAST_OPACITY = 0.05;
    private static final double MOST_OPACITY = 0.95;

    /** What a point needs if nothing is said. */
    private static final double CONFIDENT = 1.5;

    /** Every second row and column. */
    public static final DenseStart DEFAULT = new DenseStart(2, Double.NaN, 1);

    public DenseStart {
        if (every < 1) {
            throw new PanSt3RException(
                    "Gaussians can start from every pixel (1), every second (2) and so on, not every " + every + ".");
        }
        if (degree < 0 || degree > Gaussians.MAX_DEGREE) {
            throw new PanSt3RException("Spherical harmonics have a degree of 0 to 3 here, not " + degree + ".");
        }
    }

    public DenseStart withEvery(int pixels) {
        return new DenseStart(pixels, minConfidence, degree);
    }

    public DenseStart withMinConfidence(double least) {
        return new DenseStart(every, least, degree);
    }

    public DenseStart withDegree(int other) {
        return new DenseStart(every, minConfidence, other);
    }

    /**
     * @throws PanSt3RException if no point is as sure as asked for, a view has no focal length, or there would be too many
     *     Gaussians for the memory, which is said before any is made
     */
    public Gaussians of(Scene scene, Progress progress) {
        long most = 0;
        for (int v = 0; v < scene.views(); v++) {
            most += (long) ((scene.view(v).width() + every - 1) / every)
                    * ((scene.view(v).height() + every - 1) / every);
        }
        Fit.checkMemory(most, degree);
        if (scene.views() == 1) {
            progress.warn(
                    "This scene has one view only: Gaussians will show what that photo shows, and nothing behind it.");
        }
        double least = Double.isNaN(minConfidence) ? confident(scene, progress) : minConfidence;
        PointCloud[] clouds = new PointCloud[scene.views()];
        int size = 0;
        for (int v = 0; v < clouds.length; v++) {
            progress.step("points", v, clouds.length);
            clouds[v] =
                    scene.points(PointQuery.all().views(v).minConfidence(least).stride(every));
            size += clouds[v].size();
        }
        if (size == 0) {
            throw new PanSt3RException("No point of this scene has a confidence of " + least
                    + " or more, so there is nothing to start Gaussians from; ask for less, or run other photos.");
        }
        Gaussians out = Gaussians.zeros(size, degree);
        int at = 0;
        for (int v = 0; v < clouds.length; v++) {
            at = add(out, at, clouds[v], Pinhole.of(scene.cameras().get(v)));
        }
        int[] inFront = IntStream.range(0, size)
                .filter(i -> out.quaternions()[4 * i] != 0)
                .toArray();
        return inFront.length == size ? out : out.select(inFront);
    }

    private static double confident(Scene scene, Progress progress) {
        List<PointSample> samples = PointSample.of(scene, 20_000, 0, progress);
        return Math.min(CONFIDENT, ScenePicture.displayConfidence(samples));
    }

    /** Points behind their own camera keep a quaternion of 0, by which they are found and left out. */
    private int add(Gaussians out, int from, PointCloud cloud, Pinhole camera) {
        double[] r = camera.rotation();
        int k = 3 * Gaussians.coefficients(degree);
        for (int p = 0; p < cloud.size(); p++) {
            int i = from + p;
            float[] xyz = cloud.xyz();
            double z = r[6] * xyz[3 * p] + r[7] * xyz[3 * p + 1] + r[8] * xyz[3 * p + 2] + camera.translation()[2];
            float size = (float) Math.log(Math.max(1e-9, FOOTPRINT * every * z / camera.fx()));
            // confidence is 1 + e^c: what is above 1 speaks for the point
            double sure = 1 - 1 / cloud.confidence()[p];
            out.opacityLogits()[i] = (float) Gaussians.logit(Math.max(LEAST_OPACITY, Math.min(MOST_OPACITY, sure)));
            out.quaternions()[4 * i] = z > 0 ? 1 : 0;
            for (int c = 0; c < 3; c++) {
                out.means()[3 * i + c] = xyz[3 * p + c];
                out.logScales()[3 * i + c] = size;
                out.sh()[i * k + c] = SphericalHarmonics.coefficient((cloud.rgb()[3 * p + c] & 255) / 255f);
            }
        }
        return from + cloud.size();
    }
}
