package panst3r.scene;

/**
 * A segment in one view.
 *
 * @param segment id
 * @param view index
 * @param pixels in working pixels, at least 1
 * @param box around them, working pixels
 * @param photoBox the smallest box of photo pixels that covers the same area
 * @param confidence mean confidence of the segmentation over these pixels
 */
public record SegmentMask(int segment, int view, int pixels, Box box, Box photoBox, double confidence) {}
