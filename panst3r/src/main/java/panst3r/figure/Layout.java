package panst3r.figure;

import panst3r.Progress;

/** Puts what a figure shows on a sheet. */
@FunctionalInterface
interface Layout {
    Drawing draw(Sheet sheet, Progress progress);
}
