/**
 * In: photo files of any orientation, size and format. Out: {@link panst3r.image.View}s at one of the network's working
 * sizes, each with the transform back to the pixels of its photo.
 */
package panst3r.image;
