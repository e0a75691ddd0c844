package panst3r.figure;

import panst3r.evaluation.SceneEvaluation;

/**
 * One way of making a scene, and how near to the truth it came.
 *
 * @param name for the legend
 */
public record Measured(String name, SceneEvaluation evaluation) {}
