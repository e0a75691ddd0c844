/**
 * In: a raw prediction and a panoptic segmentation. Out: what people talk about: points, cameras, segments; saved to and
 * opened from one file.
 */
package panst3r.scene;
