package panst3r.merge;

/**
 * One segment of a panoptic segmentation: one query across all views.
 *
 * @param id 1, 2, …; 0 is void and never a segment
 * @param query index of the query in the whole prediction, so that strategies can be compared
 * @param label index of the class
 * @param classScore probability or score of that class
 * @param maskConfidence mean confidence of the pixels it owns
 * @param area pixels over all views
 */
public record Segment(int id, int query, int label, double classScore, double maskConfidence, long area) {}
