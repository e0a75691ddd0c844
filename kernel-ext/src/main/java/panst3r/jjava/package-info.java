/** The commands in JJava: found by the kernel through {@link java.util.ServiceLoader} when our jar is on its path. */
package panst3r.jjava;
