/**
 * In: tensors and named parameters. Out: tensors. The pieces that every transformer here is built from, and fused
 * operators, each beside its plain twin.
 */
package panst3r.nn;
