/**
 * In: names of classes, and a text encoder in a local folder. Out: the {@link panst3r.checkpoint.ClassTable} of embeddings
 * that queries are compared with. Nothing is fetched from anywhere.
 */
package panst3r.text;
