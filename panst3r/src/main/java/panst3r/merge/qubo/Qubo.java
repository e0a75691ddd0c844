package panst3r.merge.qubo;

/**
 * Minimise E(α) = αᵀAα + λ·mean(α) over α ∈ {0,1}^n.
 *
 * @param size n
 * @param a [n, n] row-major, symmetric
 * @param lambda λ
 */
public record Qubo(int size, double[] a, double lambda) {
    public Qubo {
        if (a.length != size * size) {
            throw new IllegalArgumentException(a.length + " coefficients for " + size + " variables");
        }
    }

    /** What choosing i alone costs: A_ii + λ/n. */
    public double cost(int i) {
        return a[i * size + i] + lambda / size;
    }

    /** What choosing both i and j costs on top: 2·A_ij. */
    public double cost(int i, int j) {
        return 2 * a[i * size + j];
    }

    public double energy(int... chosen) {
        double e = 0;
        for (int k = 0; k < chosen.length; k++) {
            e += cost(chosen[k]);
            for (int l = 0; l < k; l++) {
                e += cost(chosen[k], chosen[l]);
            }
        }
        return e;
    }
}
