package panst3r.magics.viewer;

import com.google.gson.JsonArray;

/**
 * The points of a viewer segmented anew, as its page takes it.
 *
 * @param segments as in the page's head
 * @param unassigned pixels of no segment
 * @param colours for every point and then every pixel of the small maps the id of its segment, two bytes each, low byte
 *     first; then a byte for every point: how much it disagrees
 */
public record Repaint(JsonArray segments, long unassigned, byte[] colours) {}
