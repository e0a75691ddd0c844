/**
 * In: class logits and, view by view, mask logits of every query. Out: a {@link panst3r.merge.Panoptic}: segment id and
 * confidence of every pixel. Primitive arrays only: runs without the native library.
 */
package panst3r.merge;
