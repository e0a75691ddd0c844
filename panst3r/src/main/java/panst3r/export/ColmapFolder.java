package panst3r.export;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import panst3r.Progress;
import panst3r.scene.Camera;
import panst3r.scene.PointCloud;
import panst3r.scene.Scene;

/**
 * A COLMAP reconstruction as its own files and as trainers of Gaussian splatting want it: {@code images} with the photos and
 * {@code sparse/0} with cameras, images and points3D (colmap.github.io/format.html), as text or binary. Poses are world to
 * camera. Every point has a track of one: the pixel that it comes from.
 */
final class ColmapFolder {
    private static final int PINHOLE = 1;
    private static final String AT = "sparse/0/";

    private final Scene scene;
    private final List<String> names;
    private final Pinhole[] cameras;
    private final PointCloud points;
    private final int[] firstOfView; // points are in order of the views
    private final boolean original;

    private ColmapFolder(Scene scene, ExportOptions options, List<String> names) {
        this.scene = scene;
        this.names = names;
        this.original = options.originalPixels();
        this.cameras =
                scene.cameras().stream().map(c -> Pinhole.of(c, original)).toArray(Pinhole[]::new);
        this.points = scene.points(options.fewPointsOf(scene));
        this.firstOfView = new int[scene.views() + 1];
        for (int i = 0; i < points.size(); i++) {
            firstOfView[points.view()[i] + 1]++;
        }
        for (int v = 0; v < scene.views(); v++) {
            firstOfView[v + 1] += firstOfView[v];
        }
    }

    static void writeText(Scene scene, ExportOptions options, ExportTarget target, Progress progress)
            throws IOException {
        of(scene, options, target, progress).text(target, progress);
    }

    static void writeBinary(Scene scene, ExportOptions options, ExportTarget target, Progress progress)
            throws IOException {
        of(scene, options, target, progress).binary(target, progress);
    }

    private static ColmapFolder of(Scene scene, ExportOptions options, ExportTarget target, Progress progress)
            throws IOException {
        return new ColmapFolder(scene, options, PhotoFiles.write(scene, options.originalPixels(), target, progress));
    }

    private void text(ExportTarget target, Progress progress) throws IOException {
        try (Writer out = writer(target, "cameras.txt")) {
            out.write("# CAMERA_ID MODEL WIDTH HEIGHT fx fy cx cy\n");
            for (int v = 0; v < cameras.length; v++) {
                Pinhole c = cameras[v];
                out.write((v + 1) + " PINHOLE " + c.width() + " " + c.height() + " " + c.fx() + " " + c.fy() + " "
                        + c.cx() + " " + c.cy() + "\n");
            }
        }
        try (Writer out = writer(target, "images.txt")) {
            out.write("# IMAGE_ID QW QX QY QZ TX TY TZ CAMERA_ID NAME, world to camera; then X Y POINT3D_ID of each\n");
            for (int v = 0; v < cameras.length; v++) {
                progress.step("images", v, cameras.length);
                StringBuilder line = new StringBuilder().append(v + 1);
                for (double x : worldToCamera(scene.cameras().get(v))) {
                    line.append(' ').append(x);
                }
                out.write(line.append(' ') + "" + (v + 1) + " " + names.get(v) + "\n");
                String separator = "";
                for (int i = firstOfView[v]; i < firstOfView[v + 1]; i++) {
                    out.write(separator + x(i) + " " + y(i) + " " + (i + 1));
                    separator = " ";
                }
                out.write("\n");
            }
        }
        try (Writer out = writer(target, "points3D.txt")) {
            out.write("# POINT3D_ID X Y Z R G B ERROR, then IMAGE_ID POINT2D_IDX of each view that sees it\n");
            for (int i = 0; i < points.size(); i++) {
                stopAtTimes(i);
                StringBuilder line = new StringBuilder().append(i + 1);
                for (int k = 0; k < 3; k++) {
                    line.append(' ').append(points.xyz()[3 * i + k]);
                }
                for (int k = 0; k < 3; k++) {
                    line.append(' ').append(points.rgb()[3 * i + k] & 255);
                }
                int v = points.view()[i];
                line.append(" 0 ").append(v + 1).append(' ').append(i - firstOfView[v]);
                out.write(line.append('\n').toString());
            }
        }
    }

    private void binary(ExportTarget target, Progress progress) throws IOException {
        try (var stream = target.create(AT + "cameras.bin")) {
            Binary out = new Binary(stream);
            out.i64(cameras.length);
            for (int v = 0; v < cameras.length; v++) {
                Pinhole c = cameras[v];
                out.i32(v + 1);
                out.i32(PINHOLE);
                out.i64(c.width());
                out.i64(c.height());
                for (double p : new double[] {c.fx(), c.fy(), c.cx(), c.cy()}) {
                    out.f64(p);
                }
            }
            out.flush();
        }
        try (var stream = target.create(AT + "images.bin")) {
            Binary out = new Binary(stream);
            out.i64(cameras.length);
            for (int v = 0; v < cameras.length; v++) {
                progress.step("images", v, cameras.length);
                out.i32(v + 1);
                for (double x : worldToCamera(scene.cameras().get(v))) {
                    out.f64(x);
                }
                out.i32(v + 1);
                out.bytes((names.get(v) + "\0").getBytes(StandardCharsets.UTF_8));
                out.i64(firstOfView[v + 1] - firstOfView[v]);
                for (int i = firstOfView[v]; i < firstOfView[v + 1]; i++) {
                    out.f64(x(i));
                    out.f64(y(i));
                    out.i64(i + 1);
                }
            }
            out.flush();
        }
        try (var stream = target.create(AT + "points3D.bin")) {
            Binary out = new Binary(stream);
            out.i64(points.size());
            for (int i = 0; i < points.size(); i++) {
                stopAtTimes(i);
                out.i64(i + 1);
                for (int k = 0; k < 3; k++) {
                    out.f64(points.xyz()[3 * i + k]);
                }
                for (int k = 0; k < 3; k++) {
                    out.u8(points.rgb()[3 * i + k]);
                }
                out.f64(0); // reprojection error: the point is its pixel
                out.i64(1);
                out.i32(points.view()[i] + 1);
                out.i32(i - firstOfView[points.view()[i]]);
            }
            out.flush();
        }
    }

    /** Where point i was seen, in continuous pixel coordinates. */
    private double x(int i) {
        double x = points.column()[i] + 0.5;
        double[] m = scene.view(points.view()[i]).viewToPhoto();
        return original ? m[0] * x + m[2] : x;
    }

    private double y(int i) {
        double y = points.row()[i] + 0.5;
        double[] m = scene.view(points.view()[i]).viewToPhoto();
        return original ? m[4] * y + m[5] : y;
    }

    /** qw qx qy qz tx ty tz. */
    private static double[] worldToCamera(Camera camera) {
        double[] q = camera.quaternion();
        double[] r = camera.rotation();
        double[] p = camera.position();
        double[] out = {q[0], -q[1], -q[2], -q[3], 0, 0, 0};
        for (int k = 0; k < 3; k++) {
            out[4 + k] = -(r[k] * p[0] + r[3 + k] * p[1] + r[6 + k] * p[2]);
        }
        return out;
    }

    private static Writer writer(ExportTarget target, String name) throws IOException {
        return new BufferedWriter(new OutputStreamWriter(target.create(AT + name), StandardCharsets.UTF_8));
    }

    private static void stopAtTimes(int i) {
        if (i % 100_000 == 0) {
            Progress.stopIfInterrupted("Exporting");
        }
    }
}
