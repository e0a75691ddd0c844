package panst3r.picture;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import panst3r.merge.Panoptic;
import panst3r.merge.Segment;
import panst3r.scene.Scene;

/**
 * Colours, 0xRRGGBB. A segment's colour depends on its query, the prediction and a seed, so that it stays when the scene
 * is merged anew. The twelve most prominent get the twelve colours that people of all kinds of colour vision tell apart.
 */
public final class Palette {
    /** What belongs to no segment. */
    public static final int VOID = 0x8c8c8c;

    /**
     * Twelve colours chosen by search: any two of them, and each and {@link #VOID}, differ by 0.1 or more in OKLab as
     * seen with normal vision and with complete protanopia, deuteranopia and tritanopia (simulated after Machado et al.
     * 2009).
     */
    private static final int[] DISTINCT = {
        0xdf500c, 0x2a71e5, 0xfce765, 0xad3a55, 0x67d5f5, 0xd9af21, 0x2726cc, 0xb5ce9e, 0x7b3702, 0x7ca5e9, 0x73599e,
        0xb1f5e6
    };

    private static final int[] VIRIDIS = {
        0x440154, 0x482475, 0x414487, 0x355f8d, 0x2a788e, 0x21918c, 0x22a884, 0x44bf70, 0x7ad151, 0xbddf26, 0xfde725
    };

    private final Map<Integer, Integer> colours;

    private Palette(Map<Integer, Integer> colours) {
        this.colours = colours;
    }

    /**
     * Colours of a scene's segments, by query. Where the scene has masks, a query has the same colour however they are
     * merged; the most prominent queries have the distinct ones.
     */
    public static Palette ofSegments(Scene scene, long seed) {
        Set<Integer> keys = new LinkedHashSet<>();
        List<Segment> segments = segments(scene);
        if (scene.hasMasks() && !segments.isEmpty()) {
            keys.addAll(scene.prominence().queries());
        }
        segments.stream()
                .sorted(Comparator.comparingLong(Segment::area).reversed().thenComparingInt(Segment::id))
                .forEach(s -> keys.add(s.query()));
        return of(List.copyOf(keys), seed);
    }

    /** Colours of a scene's classes, by index of the class; they stay as those of segments do. */
    public static Palette ofClasses(Scene scene, long seed) {
        Set<Integer> keys = new LinkedHashSet<>();
        Map<Integer, Long> pixels = new HashMap<>();
        segments(scene).forEach(s -> pixels.merge(s.label(), s.area(), Long::sum));
        if (scene.hasMasks() && !pixels.isEmpty()) {
            keys.addAll(scene.prominence().classes());
        }
        pixels.keySet().stream()
                .sorted(Comparator.comparing((Integer label) -> -pixels.get(label))
                        .thenComparing(label -> label))
                .forEach(keys::add);
        return of(List.copyOf(keys), seed);
    }

    private static List<Segment> segments(Scene scene) {
        return scene.panoptic().map(Panoptic::segments).orElse(List.of());
    }

    /**
     * @param keys the most important first: among the first twelve the distinct colours are shared out
     * @param seed another seed, another distribution
     */
    public static Palette of(List<Integer> keys, long seed) {
        Map<Integer, Integer> slots = new HashMap<>();
        TreeSet<Integer> taken = new TreeSet<>();
        // By key, not by rank: two of the first twelve that change places keep their colours.
        keys.stream()
                .limit(DISTINCT.length)
                .sorted()
                .forEach(key -> place(key, 0, DISTINCT.length, seed, slots, taken));
        keys.stream().skip(DISTINCT.length).forEach(key -> {
            int more = Math.max(64, 2 * keys.size());
            place(key, DISTINCT.length, more, seed, slots, taken);
        });
        Map<Integer, Integer> colours = new HashMap<>();
        slots.forEach((key, slot) -> colours.put(key, slot < DISTINCT.length ? DISTINCT[slot] : further(slot)));
        return new Palette(colours);
    }

    /** Of a key; {@link #VOID} if it has none. */
    public int colour(int key) {
        return colours.getOrDefault(key, VOID);
    }

    /** Scale for confidence and depth: dark violet at 0, yellow at 1; equal steps look equal, in grey too. */
    public static int ramp(double t) {
        double at = Math.max(0, Math.min(1, t)) * (VIRIDIS.length - 1);
        int k = Math.min(VIRIDIS.length - 2, (int) at);
        return mix(VIRIDIS[k], VIRIDIS[k + 1], at - k);
    }

    /** Colours of views, by index. */
    public static int ofView(int view) {
        return view < DISTINCT.length ? DISTINCT[view] : further(view);
    }

    /** From {@code a} to {@code b}, channel by channel. */
    public static int mix(int a, int b, double t) {
        int out = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            double c = (a >> shift & 255) * (1 - t) + (b >> shift & 255) * t;
            out |= (int) Math.round(c) << shift;
        }
        return out;
    }

    /** "#rrggbb" */
    public static String hex(int rgb) {
        return String.format("#%06x", rgb & 0xffffff);
    }

    /** The first free of {@code count} slots after the one that seed and key name. */
    private static void place(
            int key, int from, int count, long seed, Map<Integer, Integer> slots, TreeSet<Integer> taken) {
        int slot = new SplittableRandom(seed * 31 + key).nextInt(count);
        while (!taken.add(from + slot)) {
            slot = (slot + 1) % count;
        }
        slots.put(key, from + slot);
    }

    /** Hues a golden angle apart, in three lightnesses. */
    private static int further(int slot) {
        double hue = Math.toRadians(slot * 137.508);
        double lightness = 0.55 + 0.13 * (slot % 3);
        return Oklab.rgb(lightness, 0.11 * Math.cos(hue), 0.11 * Math.sin(hue));
    }
}
