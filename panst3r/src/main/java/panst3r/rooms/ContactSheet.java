package panst3r.rooms;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/**
 * Photos and instances of some rooms in one picture, to look at what training sees:
 * {@code java -cp … panst3r.rooms.ContactSheet sheet.png FIRST_SEED ROOMS [WIDE|NARROW [WIDTHxHEIGHT]]}.
 */
final class ContactSheet {
    private ContactSheet() {}

    public static void main(String[] args) throws IOException {
        long first = Long.parseLong(args[1]);
        int rooms = Integer.parseInt(args[2]);
        RoomOptions options = RoomOptions.defaults();
        if (args.length > 3) {
            options = options.withBaseline(Baseline.valueOf(args[3]));
        }
        if (args.length > 4) {
            String[] size = args[4].split("x");
            options = options.withSize(Integer.parseInt(size[0]), Integer.parseInt(size[1]));
        }
        int w = options.width();
        int h = options.height();
        BufferedImage sheet = new BufferedImage(w * options.views(), 2 * h * rooms, BufferedImage.TYPE_INT_RGB);
        for (int r = 0; r < rooms; r++) {
            RoomSample sample = Rooms.sample(first + r, options);
            for (int k = 0; k < options.views(); k++) {
                RoomView view = sample.views().get(k);
                for (int i = 0; i < w * h; i++) {
                    int rgb = (view.rgb()[3 * i] & 255) << 16
                            | (view.rgb()[3 * i + 1] & 255) << 8
                            | view.rgb()[3 * i + 2] & 255;
                    sheet.setRGB(k * w + i % w, 2 * r * h + i / w, rgb);
                    int id = (int) (Rng.mix(view.ids()[i]) & 0xFFFFFF);
                    sheet.setRGB(k * w + i % w, (2 * r + 1) * h + i / w, id);
                }
            }
        }
        ImageIO.write(sheet, "png", Path.of(args[0]).toFile());
    }
}
