/** The commands in IJava 1.3.0, which knows no extensions: one line, {@code panst3r.ijava.IJavaExtension.install();}. */
package panst3r.ijava;
