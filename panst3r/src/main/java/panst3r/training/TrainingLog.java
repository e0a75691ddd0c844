package panst3r.training;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import panst3r.PanSt3RException;
import panst3r.WholeFile;

/** One line a step in a CSV file, and its picture. */
final class TrainingLog {
    private static final String HEADER = "step,loss,geometry,masks,attention,distance,gradient,rate,seconds";

    /**
     * One step.
     *
     * @param distance of global points from the true ones, in the space of the loss
     * @param gradient norm
     */
    record Row(
            long step,
            double loss,
            double geometry,
            double masks,
            double attention,
            double distance,
            double gradient,
            double rate,
            double seconds) {
        String line() {
            return String.format(
                    Locale.ROOT,
                    "%d,%.6g,%.6g,%.6g,%.6g,%.6g,%.6g,%.6g,%.3f",
                    step,
                    loss,
                    geometry,
                    masks,
                    attention,
                    distance,
                    gradient,
                    rate,
                    seconds);
        }

        static Row of(String line) {
            String[] f = line.split(",");
            double[] d = new double[f.length];
            for (int i = 1; i < f.length; i++) {
                d[i] = Double.parseDouble(f[i]);
            }
            return new Row(Long.parseLong(f[0]), d[1], d[2], d[3], d[4], d[5], d[6], d[7], d[8]);
        }
    }

    private final Path file;

    /** Goes on after step {@code steps}: later lines, of a run that was cut off, are dropped. */
    TrainingLog(Path file, long steps) {
        this.file = file;
        List<String> lines = new ArrayList<>(List.of(HEADER));
        for (Row row : rows()) {
            if (row.step <= steps) {
                lines.add(row.line());
            }
        }
        try {
            WholeFile.write(file, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw cannotWrite(e);
        }
    }

    void add(Row row) {
        try {
            Files.writeString(file, row.line() + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw cannotWrite(e);
        }
    }

    List<Row> rows() {
        try {
            String text = Files.exists(file) ? Files.readString(file) : "";
            // a full disk or a kill may have cut the last line
            return text.substring(0, text.lastIndexOf('\n') + 1)
                    .lines()
                    .skip(1)
                    .map(Row::of)
                    .toList();
        } catch (IOException | RuntimeException e) {
            throw new PanSt3RException(
                    "The training log " + file + " cannot be read; move it away to start a new one.", e);
        }
    }

    /** Loss against steps, each point the mean of a hundredth of the run, logarithmic. */
    void draw(Path png) {
        List<Row> rows = rows();
        if (rows.size() < 2) {
            return;
        }
        int width = 900;
        int height = 420;
        int margin = 60;
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, width, height);
        int window = Math.max(1, rows.size() / 100);
        double[] x = new double[rows.size() / window];
        double[] y = new double[x.length];
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < x.length; i++) {
            double sum = 0;
            for (int k = 0; k < window; k++) {
                sum += rows.get(i * window + k).loss;
            }
            x[i] = rows.get(i * window).step;
            y[i] = sum / window;
            low = Math.min(low, y[i]);
            high = Math.max(high, y[i]);
        }
        double span = Math.max(1e-9, high - low);
        Path2D line = new Path2D.Double();
        for (int i = 0; i < x.length; i++) {
            double px = margin + (width - 2.0 * margin) * i / Math.max(1, x.length - 1);
            double py = height - margin - (height - 2.0 * margin) * (y[i] - low) / span;
            if (i == 0) {
                line.moveTo(px, py);
            } else {
                line.lineTo(px, py);
            }
        }
        g.setColor(Color.LIGHT_GRAY);
        g.drawRect(margin, margin, width - 2 * margin, height - 2 * margin);
        g.setColor(new Color(0x1f5fa8));
        g.setStroke(new BasicStroke(2));
        g.draw(line);
        g.setColor(Color.DARK_GRAY);
        g.drawString(String.format(Locale.ROOT, "loss %.4g", high), 4, margin);
        g.drawString(String.format(Locale.ROOT, "%.4g", low), 4, height - margin);
        g.drawString("step " + rows.get(rows.size() - 1).step, width - 2 * margin, height - margin / 2);
        g.dispose();
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            ImageIO.write(image, "png", bytes);
            WholeFile.write(png, bytes.toByteArray());
        } catch (IOException e) {
            throw cannotWrite(e);
        }
    }

    private PanSt3RException cannotWrite(IOException e) {
        return new PanSt3RException(
                "The training log " + file + " cannot be written (" + e.getMessage()
                        + "); free some space or choose another folder, the saved state is untouched.",
                e);
    }
}
