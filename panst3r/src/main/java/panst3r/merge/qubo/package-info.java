/**
 * In: a quadratic energy over subsets. Out: the best subset found, and a bound on what any subset could reach. Knows
 * nothing of masks.
 */
package panst3r.merge.qubo;
