/**
 * In: a seed. Out: photos of an indoor scene with everything about them known: depth, instances, classes, cameras.
 *
 * <p>A {@link panst3r.rooms.Room} is generated from a seed and rendered by a ray caster; {@link panst3r.rooms.Rooms} makes
 * samples for training on the fly, {@link panst3r.rooms.GroundTruthFolder} writes and reads them as a folder, which is
 * also how ground truth of other origin comes in (docs/ground-truth.md).
 */
package panst3r.rooms;
