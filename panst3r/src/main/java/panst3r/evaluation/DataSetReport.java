package panst3r.evaluation;

import panst3r.dataset.DataSet;

/**
 * What came of measuring a data set.
 *
 * @param name of its folder
 * @param settings under which it was measured
 * @param scenes a row a scene: all of {@link SceneNumbers#ALL}; with an error in words where it failed
 * @param classes a row for each class of each scene
 * @param views a row for each view of each scene
 */
public record DataSetReport(
        String name, DataSet.Kind kind, String settings, ResultTable scenes, ResultTable classes, ResultTable views) {
    /** Column of {@link #scenes} that is empty for those that could be measured. */
    public static final String ERROR = "error";

    /** How many scenes could not be measured. */
    public long failed() {
        int at = scenes.texts().indexOf(ERROR);
        return scenes.rows().stream().filter(r -> !r.texts().get(at).isEmpty()).count();
    }
}
