/**
 * In: predicted and true labels, cameras, depths, points, one view at a time. Out: the numbers that the field's tables
 * report (metrics.md). Counts only, so that memory does not grow with the number of views.
 */
package panst3r.metrics;
