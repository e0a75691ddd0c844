/**
 * In: a scene, merges of it, ground truth. Out: figures for print as PNG, SVG and PDF, the same bytes for the same input. A
 * layout makes a {@link panst3r.figure.Drawing} of paths, words and pictures, in points; three pens put it into files.
 */
package panst3r.figure;
