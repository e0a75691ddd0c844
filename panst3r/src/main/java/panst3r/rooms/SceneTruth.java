package panst3r.rooms;

import java.util.Arrays;
import java.util.List;

/**
 * What is true of the photos of one scene. Views are handed out one by one, so that those of a large scene can be read from
 * their files when they are asked for.
 */
public interface SceneTruth {
    String name();

    /** All that may occur; the index is the class id. */
    List<RoomCategory> classes();

    /** In order of id; every id that occurs in a view is among them. */
    List<RoomInstance> instances();

    /** Names of the views, each once; ids and the world's frame are the same in all of them. */
    List<String> viewNames();

    /**
     * @param index of a name in {@link #viewNames}
     * @throws panst3r.PanSt3RException if its files are missing or do not fit together
     */
    RoomView view(int index);

    /** @return index = instance id, value = class id; −1 where there is no such instance, so for 0 */
    default int[] classOfId() {
        List<RoomInstance> instances = instances();
        int[] table = new int
                [instances.isEmpty() ? 1 : instances.get(instances.size() - 1).id() + 1];
        Arrays.fill(table, -1);
        for (RoomInstance instance : instances) {
            table[instance.id()] = instance.classId();
        }
        return table;
    }
}
