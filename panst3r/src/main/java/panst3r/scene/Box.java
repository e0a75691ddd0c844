package panst3r.scene;

/** Whole pixels: columns left … right − 1, rows top … bottom − 1. */
public record Box(int left, int top, int right, int bottom) {
    public int width() {
        return right - left;
    }

    public int height() {
        return bottom - top;
    }
}
