/**
 * In: a scene, and several ways to merge it. Out: values that show side by side what they make of it: a {@link
 * panst3r.magics.compare.SceneComparison} of strategies, a {@link panst3r.magics.compare.Sweep} over options.
 */
package panst3r.magics.compare;
