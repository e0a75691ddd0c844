/** The program {@code java -jar panst3r-kernel-ext.jar install}: makes PanSt3R a kernel of Jupyter. */
package panst3r.install;
