package panst3r.picture;

/** Björn Ottosson's OKLab colour space: distances in it are as large as they look. */
final class Oklab {
    private Oklab() {}

    /** 0xRRGGBB of a colour, each channel clipped. */
    static int rgb(double lightness, double a, double b) {
        double l = cube(lightness + 0.3963377774 * a + 0.2158037573 * b);
        double m = cube(lightness - 0.1055613458 * a - 0.0638541728 * b);
        double s = cube(lightness - 0.0894841775 * a - 1.2914855480 * b);
        return encode(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s) << 16
                | encode(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s) << 8
                | encode(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s);
    }

    /** Lightness, a and b of linear red, green and blue in 0…1. */
    static double[] of(double r, double g, double b) {
        double l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
        double m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
        double s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
        return new double[] {
            0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s
        };
    }

    /** An 8-bit sRGB channel as light, 0…1. */
    static double light(int channel) {
        double c = channel / 255.0;
        return c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
    }

    private static int encode(double light) {
        double c = light <= 0.0031308 ? 12.92 * light : 1.055 * Math.pow(light, 1 / 2.4) - 0.055;
        return (int) Math.round(255 * Math.max(0, Math.min(1, c)));
    }

    private static double cube(double x) {
        return x * x * x;
    }
}
