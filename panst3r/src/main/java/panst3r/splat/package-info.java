/**
 * In: a scene. Out: Gaussians that show it from any camera, with the scene's labels (Kerbl et al. 2023; novel-views.md).
 *
 * <p>Plain Java on primitive arrays; same input, same bytes, for any number of threads.
 */
package panst3r.splat;
