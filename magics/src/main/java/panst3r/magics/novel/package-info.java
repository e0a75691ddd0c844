/** What a notebook shows of Gaussians and of new views: in a fit, after it, and on the way of a camera. */
package panst3r.magics.novel;
