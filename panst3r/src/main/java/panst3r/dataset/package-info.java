/**
 * In: folders of data sets, each in its own layout. Out: scenes, as photos and what is true of them
 * (docs/evaluation.md says what to download and where each file goes).
 */
package panst3r.dataset;
