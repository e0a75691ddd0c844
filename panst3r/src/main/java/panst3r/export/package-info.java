/**
 * In: a scene. Out: files that other tools read, one class a format; and known cameras from other tools' files back in.
 * Files appear under their names only when all of an export is written.
 */
package panst3r.export;
