package panst3r.image;

/** How a stored image lies; the EXIF orientation. Names say what must be done to it to stand upright. */
enum Orientation {
    UPRIGHT(false, false, false),
    MIRROR(false, true, false),
    TURN_HALF(false, true, true),
    FLIP(false, false, true),
    TRANSPOSE(true, false, false),
    TURN_RIGHT(true, false, true),
    TRANSVERSE(true, true, true),
    TURN_LEFT(true, true, false);

    private final boolean transposes;
    private final boolean fromRight;
    private final boolean fromBottom;

    Orientation(boolean transposes, boolean fromRight, boolean fromBottom) {
        this.transposes = transposes;
        this.fromRight = fromRight;
        this.fromBottom = fromBottom;
    }

    /** @param exif 1…8; anything else counts as upright */
    static Orientation of(int exif) {
        return exif >= 1 && exif <= 8 ? values()[exif - 1] : UPRIGHT;
    }

    /** Whether rows become columns. */
    boolean transposes() {
        return transposes;
    }

    /** Whether a coordinate along the stored width runs backwards as the upright one that it becomes grows. */
    boolean fromRight() {
        return fromRight;
    }

    /** The same along the stored height. */
    boolean fromBottom() {
        return fromBottom;
    }
}
