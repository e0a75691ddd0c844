package panst3r.merge.qubo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import panst3r.CancelledException;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.merge.Parallel;

/**
 * Exact: starts from the annealing's answer, applies {@link Presolve}, and proves by branch and bound that nothing is
 * better, or finds what is. The bound is {@link Relaxation}; a candidate whose reduced gain cannot lift it above the best
 * known is dropped. Branching: the strongest candidates are taken out until the bound of the rest is no better than the
 * best known; a better choice must contain one of those taken out, so each of them gets a branch, without those before it.
 *
 * <p>The branches at the top are searched in parallel, each for itself from the same start, so the answer does not depend
 * on the number of threads. Only a time limit can make two runs differ; then the answer is the best found and the bound
 * that holds.
 */
public final class BranchAndBound implements Solver {
    private final Annealer start;
    private final double seconds;
    private final int threads;

    /** With a limit of 30 s and all processors. */
    public BranchAndBound() {
        this(new Annealer(0, Annealer.RESTARTS, Runtime.getRuntime().availableProcessors()), 30);
    }

    /**
     * @param start gives the first answer
     * @throws PanSt3RException if the limit is not more than 0
     */
    public BranchAndBound(Annealer start, double seconds) {
        if (!(seconds > 0)) {
            throw new PanSt3RException(
                    "The time limit of the exact solver is " + seconds + " s but must be more than 0.");
        }
        this.start = start;
        this.seconds = seconds;
        this.threads = start.threads();
    }

    /** @throws PanSt3RException if the limit is not more than 0 */
    public BranchAndBound timeLimit(double limit) {
        return new BranchAndBound(start, limit);
    }

    @Override
    public Solution solve(Qubo problem, Progress progress) {
        long deadline = System.nanoTime() + (long) Math.min(9e18, seconds * 1e9);
        Solution first = start.solve(problem, progress);
        Presolve presolved = new Presolve(problem);
        List<Integer> chosen = new ArrayList<>(presolved.certain);
        double loss = 0;
        for (int[] component : presolved.components) {
            Component c = new Component(presolved, component, first.chosen(), deadline);
            c.search(progress);
            chosen.addAll(c.best);
            loss += c.bound - c.most;
        }
        int[] sorted = chosen.stream().mapToInt(i -> i).sorted().toArray();
        double energy = problem.energy(sorted);
        if (first.energy() < energy - Solution.ROUNDING) {
            // Presolving may trade a choice for another one; it never trades it for a worse one.
            throw new IllegalStateException("search ended at " + energy + ", it started from " + first.energy());
        }
        return new Solution(sorted, energy, energy - Math.max(0, loss), "exact");
    }

    /** One connected part of a problem. */
    private final class Component {
        private final Presolve presolved;
        private final int[] candidates;
        private final long deadline;
        private final AtomicBoolean stop = new AtomicBoolean();
        private final Relaxation relaxation;
        private List<Integer> best;
        private double most;
        private double bound;

        Component(Presolve presolved, int[] candidates, int[] known, long deadline) {
            this.presolved = presolved;
            this.candidates = candidates;
            this.deadline = deadline;
            relaxation = new Relaxation(presolved.pair, candidates, presolved.gain);
            best = new ArrayList<>();
            for (int i : candidates) {
                if (Arrays.binarySearch(known, i) >= 0) {
                    best.add(i);
                }
            }
            most = gainOf(best);
        }

        private double gainOf(List<Integer> choice) {
            double g = 0;
            for (int a = 0; a < choice.size(); a++) {
                g += presolved.gain[choice.get(a)];
                for (int b = 0; b < a; b++) {
                    g -= presolved.pair[choice.get(a)][choice.get(b)];
                }
            }
            return g;
        }

        void search(Progress progress) {
            int n = presolved.gain.length;
            Search root = new Search(this, most);
            Level top = root.level(0);
            System.arraycopy(presolved.gain, 0, top.gain, 0, n);
            System.arraycopy(candidates, 0, top.candidates, 0, candidates.length);
            top.count = candidates.length;
            bound = root.reduce(top, 0, true);
            if (bound <= most + Solution.ROUNDING) {
                bound = most;
                return;
            }
            int branches = root.split(top, 0);
            double[] limits = new double[branches];
            Arrays.fill(limits, bound);
            Search[] done = new Search[branches];
            Progress shown = shown(progress, limits);
            try {
                Parallel.run(branches, threads, "proof", shown, () -> k -> {
                    Search s = new Search(this, most);
                    s.descend(top, k, 0, 0);
                    done[k] = s;
                    limits[k] = s.stopped ? Math.max(s.most, bound) : s.most;
                });
            } catch (CancelledException e) {
                stop.set(true);
                throw e;
            }
            bound = most;
            for (int k = 0; k < branches; k++) {
                bound = Math.max(bound, limits[k]);
                if (done[k].most > most + Solution.ROUNDING) {
                    most = done[k].most;
                    best = done[k].best;
                }
            }
        }

        /** Adds the gap that is left to what the user sees. */
        private Progress shown(Progress progress, double[] limits) {
            return (stage, done, total) -> progress.update(
                    String.format(
                            java.util.Locale.ROOT,
                            "%s, gap %.2g",
                            stage,
                            Math.max(0, Arrays.stream(limits).max().orElse(0) - most)),
                    done,
                    total);
        }
    }

    /** One node's arrays, indexed by query. */
    private static final class Level {
        final int[] candidates;
        final double[] gain;
        final double[] x;
        final double[] gradient;
        final double[] without;
        final int[] rest;
        int count;

        Level(int n) {
            candidates = new int[n];
            gain = new double[n];
            x = new double[n];
            gradient = new double[n];
            without = new double[n];
            rest = new int[n];
        }
    }

    /** Depth-first search on one thread. */
    private static final class Search {
        private final Component component;
        private final double[][] pair;
        private final List<Level> levels = new ArrayList<>();
        private final int[] path;
        private long nodes;
        private boolean stopped;
        private double most;
        private List<Integer> best = List.of();

        Search(Component component, double most) {
            this.component = component;
            this.pair = component.presolved.pair;
            this.most = most;
            path = new int[pair.length + 1];
        }

        Level level(int depth) {
            while (depth >= levels.size()) {
                levels.add(new Level(pair.length));
            }
            return levels.get(depth);
        }

        /** Searches below a node whose path is chosen and gains {@code gained}. */
        private void expand(int depth, double gained) {
            if ((++nodes & 63) == 0) {
                Progress.stopIfInterrupted("proof");
                stopped |= component.stop.get() || System.nanoTime() > component.deadline;
            }
            if (gained > most + Solution.ROUNDING) {
                most = gained;
                best = IntStream.range(0, depth).mapToObj(k -> path[k]).toList();
            }
            Level node = level(depth);
            if (node.count == 0 || reduce(node, gained, false) <= most + Solution.ROUNDING) {
                return;
            }
            int branches = split(node, gained);
            for (int k = 0; k < branches && !stopped; k++) {
                descend(node, k, depth, gained);
            }
        }

        /**
         * Drops candidates that no better choice contains. x is where the relaxation of the parent had its maximum; at
         * the top the relaxation itself is tightened, too.
         *
         * @return the bound on what a choice below this node gains in all
         */
        double reduce(Level node, double gained, boolean top) {
            double limit = most + Solution.ROUNDING - gained;
            double bound = ascend(node, limit);
            while (bound > limit) {
                int before = node.count;
                drop(node, bound, limit);
                if (!top) {
                    break;
                }
                component.relaxation.tighten(Arrays.copyOf(node.candidates, node.count));
                bound = ascend(node, limit);
                if (bound > limit) {
                    drop(node, bound, limit);
                }
                if (node.count > 0.9 * before) {
                    break;
                }
            }
            return gained + bound;
        }

        private double ascend(Level node, double limit) {
            return component.relaxation.ascend(node.candidates, node.count, node.gain, node.x, node.gradient, limit);
        }

        private static void drop(Level node, double bound, double limit) {
            int kept = 0;
            for (int a = 0; a < node.count; a++) {
                int i = node.candidates[a];
                if (node.x[i] > 0 || bound + node.gradient[i] > limit) {
                    node.candidates[kept++] = i;
                }
            }
            node.count = kept;
        }

        /** Orders the candidates: first those to branch on, then the rest, whose bound is low enough. */
        int split(Level node, double gained) {
            double limit = most + Solution.ROUNDING - gained;
            System.arraycopy(node.x, 0, node.without, 0, node.x.length);
            System.arraycopy(node.candidates, 0, node.rest, 0, node.count);
            int left = node.count;
            int branches = 0;
            do {
                int at = 0;
                for (int a = 1; a < left; a++) {
                    if (weight(node, node.rest[a]) > weight(node, node.rest[at])) {
                        at = a;
                    }
                }
                int v = node.rest[at];
                node.without[v] = 0;
                node.rest[at] = node.rest[--left];
                node.candidates[branches++] = v;
            } while (left > 0
                    && component.relaxation.ascend(node.rest, left, node.gain, node.without, node.gradient, limit)
                            > limit);
            System.arraycopy(node.rest, 0, node.candidates, branches, left);
            return branches;
        }

        private static double weight(Level node, int i) {
            return node.without[i] * node.gain[i];
        }

        /** Chooses branch k and searches on with the candidates after it. */
        void descend(Level node, int k, int depth, double gained) {
            int v = node.candidates[k];
            double[] cost = pair[v];
            Level next = level(depth + 1);
            next.count = 0;
            for (int a = k + 1; a < node.count; a++) {
                int u = node.candidates[a];
                double g = node.gain[u] - cost[u];
                if (g > 0) {
                    next.gain[u] = g;
                    next.x[u] = node.x[u];
                    next.candidates[next.count++] = u;
                }
            }
            path[depth] = v;
            expand(depth + 1, gained + node.gain[v]);
        }
    }
}
