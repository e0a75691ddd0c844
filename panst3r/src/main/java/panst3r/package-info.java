/**
 * What every room of the house shares: the one-sentence error, progress and cancellation.
 *
 * <p>The packages follow the data: image → checkpoint → nn → model → inference → merge, scene.
 */
package panst3r;
