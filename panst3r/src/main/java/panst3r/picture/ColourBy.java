package panst3r.picture;

/** What the colour of a point says. */
public enum ColourBy {
    PHOTO,
    SEGMENT,
    CLASS,
    CONFIDENCE,
    DEPTH,
    VIEW
}
