package panst3r.rooms;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import panst3r.PanSt3RException;

/**
 * A class of things or stuff.
 *
 * @param name as in a vocabulary: "chair"
 * @param thing true if its instances are counted (chair), false if not (wall)
 */
public record RoomCategory(String name, boolean thing) {
    private static final int MOST = 5000;
    private static final int LONGEST = 200;

    /**
     * The classes of a truth that someone brings.
     *
     * @param where they were read, for the message
     * @throws PanSt3RException if there are none or too many, or a name is empty, too long or that of another
     */
    public static List<RoomCategory> checked(List<RoomCategory> classes, String where) {
        if (classes.isEmpty()) {
            throw new PanSt3RException("In " + where + " the list of classes is empty; name at least one.");
        }
        if (classes.size() > MOST) {
            throw new PanSt3RException(
                    "In " + where + " there are " + classes.size() + " classes; at most " + MOST + " can be measured.");
        }
        Set<String> names = new HashSet<>();
        for (RoomCategory category : classes) {
            String name = category.name;
            if (name.length() > LONGEST) {
                throw new PanSt3RException(
                        "In " + where + " the name of the class that begins with \"" + name.substring(0, 40)
                                + "…\" has " + name.length() + " characters; use at most " + LONGEST + ".");
            }
            if (name.isBlank() || !names.add(name)) {
                throw new PanSt3RException("In " + where + " class \"" + name + "\" has no name or that of another.");
            }
        }
        return List.copyOf(classes);
    }
}
