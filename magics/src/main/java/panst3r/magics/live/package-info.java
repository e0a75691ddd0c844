/**
 * What goes on between cells: widgets that speak with the page while a kernel runs. Nothing shown may need it, since a
 * notebook outlives its kernel. In: {@link panst3r.magics.Bridge}'s comms. Out: state both ways, with binary frames.
 */
package panst3r.magics.live;
