package panst3r.merge;

import panst3r.PanSt3RException;
import panst3r.checkpoint.LabelMode;

/**
 * Best class of every query and how sure the model is of it.
 *
 * @param score per query
 * @param label per query; {@code classes()} for "no object" where it may win
 */
record ClassScores(float[] score, int[] label) {
    /** Softmax mode: over all columns, so that "no object" may win. Sigmoid mode: every class on its own. */
    static ClassScores of(ClassLogits classes) {
        return best(classes, classes.columns());
    }

    /** The same without "no object": its column is dropped after the softmax. */
    static ClassScores ofRealClasses(ClassLogits classes) {
        return best(classes, classes.classes());
    }

    /** Best of softmax(sigmoid(logits) / temperature), in sigmoid mode. */
    static ClassScores sharpened(ClassLogits classes, double temperature) {
        int k = classes.columns();
        float[] score = new float[classes.queries()];
        int[] label = new int[classes.queries()];
        double[] p = new double[k];
        for (int q = 0; q < score.length; q++) {
            for (int c = 0; c < k; c++) {
                p[c] = sigmoid(classes.at(q, c)) / temperature;
            }
            softmax(p);
            label[q] = argmax(p, k);
            score[q] = (float) p[label[q]];
        }
        return new ClassScores(score, label);
    }

    private static ClassScores best(ClassLogits classes, int columns) {
        float[] score = new float[classes.queries()];
        int[] label = new int[classes.queries()];
        double[] p = new double[classes.columns()];
        for (int q = 0; q < score.length; q++) {
            for (int c = 0; c < p.length; c++) {
                float logit = classes.at(q, c);
                if (Float.isNaN(logit)) {
                    throw new PanSt3RException("The class logits of query " + q
                            + " hold NaN, so this prediction cannot be merged; run the model again.");
                }
                p[c] = classes.mode() == LabelMode.SIGMOID ? sigmoid(logit) : logit;
            }
            if (classes.mode() == LabelMode.SOFTMAX) {
                softmax(p);
            }
            label[q] = argmax(p, columns);
            score[q] = (float) p[label[q]];
        }
        return new ClassScores(score, label);
    }

    private static double sigmoid(float x) {
        return 1 / (1 + Math.exp(-(double) x));
    }

    private static void softmax(double[] p) {
        double max = p[argmax(p, p.length)];
        double sum = 0;
        for (int c = 0; c < p.length; c++) {
            p[c] = Math.exp(p[c] - max);
            sum += p[c];
        }
        for (int c = 0; c < p.length; c++) {
            p[c] /= sum;
        }
    }

    /** The first of the largest. */
    private static int argmax(double[] p, int columns) {
        int best = 0;
        for (int c = 1; c < columns; c++) {
            // Rounded first: two logits whose float scores are equal are a tie, and the first wins.
            if ((float) p[c] > (float) p[best]) {
                best = c;
            }
        }
        return best;
    }
}
