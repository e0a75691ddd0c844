/**
 * In: a raw prediction and a panoptic segmentation. Out: what people talk about: points, cameras, segments; saved and
 * opened as one directory.
 */
package panst3r.scene;
