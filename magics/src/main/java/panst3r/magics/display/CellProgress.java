package panst3r.magics.display;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import panst3r.Progress;
import panst3r.magics.Bridge;

/**
 * Long work, seen from its cell: one display that is replaced at most five times a second, and at the end says in a
 * line what came of it. Warnings are kept and stay visible.
 */
public final class CellProgress implements Progress {
    private static final long BETWEEN = 200_000_000;
    private static final int MOST_WARNINGS = 20;

    private final Bridge bridge;
    private final String title;
    private final LongSupplier nanos;
    private final String id = "panst3r-" + UUID.randomUUID();
    private final long start;
    private final List<String> notes = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final List<String> stagesDone = new ArrayList<>();

    private final Map<String, Double> plan = new LinkedHashMap<>();

    private long planStart;
    private boolean finished;
    private boolean shown;
    private long lastShown;
    private String stage = "";
    private long stageStart;
    private int done;
    private int total;
    private String part = ""; // what is being done within the step in hand
    private double shareOfStep;

    public CellProgress(Bridge bridge, String title) {
        this(bridge, title, System::nanoTime);
    }

    CellProgress(Bridge bridge, String title, LongSupplier nanos) {
        this.bridge = bridge;
        this.title = title;
        this.nanos = nanos;
        this.start = nanos.getAsLong();
        this.stageStart = start;
    }

    /** The same display, where every stage is told with what it is a stage of; nothing to tell, nothing is added. */
    public Progress titled(Supplier<String> of) {
        return new Progress() {
            @Override
            public void update(String stage, int done, int total) {
                CellProgress.this.update(of.get().isEmpty() ? stage : of.get() + ": " + stage, done, total);
            }

            @Override
            public void warn(String message) {
                CellProgress.this.warn(message);
            }

            @Override
            public void note(String message) {
                CellProgress.this.note(message);
            }
        };
    }

    /** The bar goes on within the step as far as the plan knows the part. */
    @Override
    public synchronized void within(String stage, int done, int total, String part, int partDone, int partTotal) {
        double share = plan.containsKey(part) ? ofPlan(part, share(partDone, partTotal)) : 0;
        boolean same = stage.equals(this.stage) && done == this.done;
        tell(
                stage,
                done,
                total,
                " · " + part + (partTotal > 0 ? " " + partDone + " of " + partTotal : ""),
                same ? Math.max(shareOfStep, share) : share);
    }

    @Override
    public synchronized void update(String stage, int done, int total) {
        tell(stage, done, total, "", 0);
    }

    private void tell(String stage, int done, int total, String part, double shareOfStep) {
        this.part = part;
        this.shareOfStep = shareOfStep;
        long now = nanos.getAsLong();
        if (!stage.equals(this.stage)) {
            endStage(now);
            if (stage.equals(first(plan))) {
                planStart = now;
            }
            this.stage = stage;
            this.stageStart = now;
        }
        this.done = done;
        this.total = total;
        if (!shown || now - lastShown >= BETWEEN) {
            show(now, null);
        }
    }

    @Override
    public synchronized void warn(String message) {
        warnings.add(message);
        show(nanos.getAsLong(), null);
    }

    /** The line stays above the bar. */
    @Override
    public synchronized void note(String line) {
        notes.add(line);
        show(nanos.getAsLong(), null);
    }

    /**
     * The stages to come, in order, and roughly what each weighs beside the others, so that the time left can be told for
     * all of them together.
     */
    public synchronized void expect(Map<String, Double> weights) {
        plan.clear();
        weights.forEach((stage, weight) -> {
            if (weight > 0) {
                plan.put(stage, weight);
            }
        });
    }

    /** The last state of the display: what came of it, and how long it took. */
    public synchronized void finish(String line) {
        long now = nanos.getAsLong();
        endStage(now);
        show(now, line + " in " + time(now - start) + ".");
        finished = true;
    }

    /** As {@link #finish}, if something is shown that still looks like work going on. */
    public synchronized void finishIfOpen(String line) {
        if (shown && !finished) {
            finish(line);
        }
    }

    /** Leaves a last state that does not look like work going on. */
    public synchronized void stopped(String why) {
        if (shown) {
            show(nanos.getAsLong(), why);
        }
    }

    public synchronized List<String> warnings() {
        return List.copyOf(warnings);
    }

    private void endStage(long now) {
        // A stage that is over in a blink is not worth a word.
        if (!stage.isEmpty() && now - stageStart >= 1_000_000_000L) {
            stagesDone.add(stage + " " + time(now - stageStart));
        }
        stage = "";
    }

    private void show(long now, String last) {
        Map<String, Object> bundle = new LinkedHashMap<>();
        bundle.put("text/html", Html.page(html(now, last)));
        bundle.put("text/plain", plain(now, last));
        if (shown) {
            bridge.update(id, bundle);
        } else {
            bridge.display(id, bundle);
            shown = true;
        }
        lastShown = now;
    }

    private String html(long now, String last) {
        StringBuilder out = new StringBuilder();
        if (last == null) {
            out.append("<div><span class=\"t\">")
                    .append(Html.escape(title))
                    .append("</span> ")
                    .append(Html.escape(line(now)))
                    .append("</div>");
        } else {
            out.append("<div>").append(Html.escape(last)).append("</div>");
        }
        for (String note : notes) {
            out.append("<div class=\"m\">").append(Html.escape(note)).append("</div>");
        }
        if (last == null && total > 0) {
            double percent = 100 * share();
            out.append(String.format(
                    Locale.ROOT,
                    "<div class=\"bar\" role=\"progressbar\" aria-valuemin=\"0\" aria-valuemax=\"100\" "
                            + "aria-valuenow=\"%.0f\"><div style=\"width:%.1f%%\"></div></div>",
                    percent,
                    percent));
        }
        if (!stagesDone.isEmpty()) {
            out.append("<div class=\"m\">")
                    .append(Html.escape(String.join(" · ", stagesDone)))
                    .append("</div>");
        }
        warnings.stream()
                .limit(MOST_WARNINGS)
                .forEach(w ->
                        out.append("<div class=\"w\">").append(Html.escape(w)).append("</div>"));
        if (warnings.size() > MOST_WARNINGS) {
            out.append("<div class=\"w\">and ")
                    .append(warnings.size() - MOST_WARNINGS)
                    .append(" more</div>");
        }
        return out.toString();
    }

    private String plain(long now, String last) {
        List<String> lines = new ArrayList<>();
        lines.add(last == null ? title + " " + line(now) : last);
        lines.addAll(notes);
        warnings.stream().limit(MOST_WARNINGS).forEach(w -> lines.add("Warning: " + w));
        return String.join("\n", lines);
    }

    private String line(long now) {
        if (stage.isEmpty()) {
            return "";
        }
        String line = "· " + stage + (total > 0 ? " " + done + " of " + total : "") + part + " · " + time(now - start);
        // Early on, a guess would only jump about.
        double share = share();
        long since = now - (plan.containsKey(stage) ? planStart : stageStart);
        if (share > 0.03 && share < 1 && since > 1_000_000_000L) {
            String of = plan.containsKey(stage) ? " left" : " left in this stage";
            line += " · about " + time((long) (since / share * (1 - share))) + of;
        }
        return line;
    }

    /** How much is done of the plan, or of a stage that is not in it; 0…1. */
    private double share() {
        double ofStage = Math.min(1, share(done, total) + (total > 0 ? shareOfStep / total : 0));
        return plan.containsKey(stage) ? ofPlan(stage, ofStage) : ofStage;
    }

    private static double share(int done, int total) {
        return total > 0 ? (double) Math.min(done, total) / total : 0;
    }

    /** How much of the plan is done when so much of a stage of it is. */
    private double ofPlan(String stage, double ofStage) {
        double before = 0;
        double all = 0;
        boolean passed = false;
        for (Map.Entry<String, Double> e : plan.entrySet()) {
            passed |= e.getKey().equals(stage);
            before += passed ? 0 : e.getValue();
            all += e.getValue();
        }
        return (before + plan.get(stage) * ofStage) / all;
    }

    private static String first(Map<String, Double> plan) {
        return plan.isEmpty() ? null : plan.keySet().iterator().next();
    }

    /** "0.4 s", "12 s", "3 min 5 s". */
    public static String time(long nanos) {
        double seconds = nanos / 1e9;
        if (seconds < 9.95) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        long whole = Math.round(seconds);
        return whole < 60 ? whole + " s" : whole / 60 + " min" + (whole % 60 == 0 ? "" : " " + whole % 60 + " s");
    }
}
