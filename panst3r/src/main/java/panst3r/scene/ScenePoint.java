package panst3r.scene;

/**
 * What the scene holds at one pixel.
 *
 * @param view index
 * @param row working pixel
 * @param column working pixel
 * @param x world coordinates (the view's own pointmap moved by its camera)
 * @param y see x
 * @param z see x
 * @param confidence of the point, above 1
 * @param segment id; 0 for void
 */
public record ScenePoint(int view, int row, int column, float x, float y, float z, float confidence, int segment) {}
