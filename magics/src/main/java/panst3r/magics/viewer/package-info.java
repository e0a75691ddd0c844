/**
 * In: a scene. Out: one HTML document that shows it in 3D, complete without a kernel and without a network, and the
 * bundle that puts it into a cell. The browser's side is in {@code src/main/viewer}.
 */
package panst3r.magics.viewer;
