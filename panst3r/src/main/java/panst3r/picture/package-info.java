/**
 * In: a scene. Out: pictures of it, made without a screen and the same on every run: colours of segments, a 3D view by a
 * software renderer, label, confidence and depth images of a photo.
 */
package panst3r.picture;
