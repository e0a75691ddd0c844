package panst3r.magics.viewer;

import java.util.List;
import panst3r.picture.ColourBy;
import panst3r.picture.Viewpoint;
import panst3r.splat.SplatScene;

/** How a viewer is made. Immutable: every {@code with…} gives a changed copy. */
public final class ViewerOptions implements Cloneable {
    public static final long DEFAULT_BYTES = 5_000_000;

    private String title;
    private String group;
    private List<String> notes = List.of();
    private long maxBytes = DEFAULT_BYTES;
    private int maxPoints = 1_500_000;
    private boolean global = true;
    private boolean linked;
    private String unit = "≈ m";
    private ColourBy colourBy;
    private List<Integer> selected = List.of();
    private Viewpoint viewpoint;
    private List<float[]> disagreement;
    private int live;
    private SplatScene splats;
    private boolean splatsFirst;
    private long seed;

    private ViewerOptions(String title) {
        this.title = title;
        this.group = title;
    }

    /** At most 5 MB; lengths in about metres, as the published weights give them. */
    public static ViewerOptions of(String title) {
        return new ViewerOptions(title);
    }

    /** Shown above the settings. */
    public String title() {
        return title;
    }

    /** Viewers of one group are of one world, and can move together; the title unless said. */
    public String group() {
        return group;
    }

    /** Lines that the viewer shows prominently: that weights are random, that a photo was left out. */
    public List<String> notes() {
        return notes;
    }

    /** Of the whole output; points are thinned until it fits, and the viewer says so. */
    public long maxBytes() {
        return maxBytes;
    }

    /** At most so many. */
    public int maxPoints() {
        return maxPoints;
    }

    /** Whether the pointmaps in world coordinates are there to be switched to. */
    public boolean global() {
        return global;
    }

    /** Whether it moves together with other viewers of the same group at first. */
    public boolean linked() {
        return linked;
    }

    /** Of length, as shown after numbers. */
    public String unit() {
        return unit;
    }

    /** What colours say at first; null for segments where there are some. */
    public ColourBy colourBy() {
        return colourBy;
    }

    /** Ids of segments that stand out at first; empty for none. */
    public List<Integer> selected() {
        return selected;
    }

    /** Where to start from; null for a good one. */
    public Viewpoint viewpoint() {
        return viewpoint;
    }

    /** Per view [H·W] 0…1, a colour mode of its own; null if there is nothing to compare. */
    public List<float[]> disagreement() {
        return disagreement;
    }

    /** Ids of segments that may come later are below this; 0 if the page never changes ({@link Viewer#repaint}). */
    public int live() {
        return live;
    }

    /** The Gaussians that can be switched to, of the scene as it is merged; null for none. */
    public SplatScene splats() {
        return splats;
    }

    /** Whether they are there at first, not the points. */
    public boolean splatsFirst() {
        return splatsFirst;
    }

    /** Of colours and of the choice of points. */
    public long seed() {
        return seed;
    }

    public ViewerOptions withGroup(String name) {
        ViewerOptions changed = copy();
        changed.group = name;
        return changed;
    }

    public ViewerOptions withNotes(List<String> lines) {
        ViewerOptions changed = copy();
        changed.notes = List.copyOf(lines);
        return changed;
    }

    /** Both bounds: 0 leaves the one as it is. */
    public ViewerOptions withLimits(long bytes, int points) {
        ViewerOptions changed = copy();
        changed.maxBytes = bytes > 0 ? bytes : maxBytes;
        changed.maxPoints = points > 0 ? points : maxPoints;
        return changed;
    }

    public ViewerOptions withGlobal(boolean wanted) {
        ViewerOptions changed = copy();
        changed.global = wanted;
        return changed;
    }

    public ViewerOptions withLinked(boolean wanted) {
        ViewerOptions changed = copy();
        changed.linked = wanted;
        return changed;
    }

    public ViewerOptions withUnit(String name) {
        ViewerOptions changed = copy();
        changed.unit = name;
        return changed;
    }

    public ViewerOptions withColourBy(ColourBy first) {
        ViewerOptions changed = copy();
        changed.colourBy = first;
        return changed;
    }

    public ViewerOptions withSelected(List<Integer> ids) {
        ViewerOptions changed = copy();
        changed.selected = List.copyOf(ids);
        return changed;
    }

    public ViewerOptions withViewpoint(Viewpoint start) {
        ViewerOptions changed = copy();
        changed.viewpoint = start;
        return changed;
    }

    public ViewerOptions withDisagreement(List<float[]> maps) {
        ViewerOptions changed = copy();
        changed.disagreement = List.copyOf(maps);
        return changed;
    }

    public ViewerOptions withLive(int ids) {
        ViewerOptions changed = copy();
        changed.live = ids;
        return changed;
    }

    public ViewerOptions withSplats(SplatScene scene, boolean first) {
        ViewerOptions changed = copy();
        changed.splats = scene;
        changed.splatsFirst = first && scene != null;
        return changed;
    }

    public ViewerOptions withSeed(long value) {
        ViewerOptions changed = copy();
        changed.seed = value;
        return changed;
    }

    private ViewerOptions copy() {
        try {
            return (ViewerOptions) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e); // it is supported
        }
    }
}
