package panst3r.rooms;

import java.util.ArrayList;
import java.util.List;
import panst3r.PanSt3RException;

/**
 * Photos of one scene with their ground truth: a generated room, or what was read from a folder.
 *
 * @param name of the scene
 * @param description one line for the reader
 * @param views ids and the world's frame are the same in all of them
 * @param classes all that may occur; the index is the class id
 * @param instances in order of id; every id that occurs in a view is among them
 */
public record RoomSample(
        String name, String description, List<RoomView> views, List<RoomCategory> classes, List<RoomInstance> instances)
        implements SceneTruth {
    public RoomSample {
        views = List.copyOf(views);
        classes = List.copyOf(classes);
        instances = List.copyOf(instances);
    }

    /**
     * The same scene with its classes numbered as a model numbers its own.
     *
     * @param names of the model's classes, in the order of their ids
     * @throws PanSt3RException if an instance is of a class that is not among them
     */
    public RoomSample withClasses(List<String> names) {
        List<RoomCategory> renumbered = new ArrayList<>();
        for (String name : names) {
            renumbered.add(classes.stream()
                    .filter(c -> c.name().equals(name))
                    .findFirst()
                    .orElse(new RoomCategory(name, true))); // no instance is of it
        }
        List<RoomInstance> moved = new ArrayList<>();
        for (RoomInstance instance : instances) {
            String of = classes.get(instance.classId()).name();
            int id = names.indexOf(of);
            if (id < 0) {
                throw new PanSt3RException(
                        "Instance " + instance.id() + " of the scene " + name + " is of class \"" + of
                                + "\", which the model does not know; rename it to one of " + String.join(", ", names)
                                + ", or take it out of the instances.");
            }
            moved.add(new RoomInstance(instance.id(), id));
        }
        return new RoomSample(name, description, views, renumbered, moved);
    }

    /** @return [H, W] class ids of the pixels of a view, −1 = void */
    public int[] classIds(int view) {
        int[] ids = views.get(view).ids();
        int[] table = classOfId();
        int[] result = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            result[i] = table[ids[i]];
        }
        return result;
    }

    @Override
    public List<String> viewNames() {
        return views.stream().map(RoomView::name).toList();
    }

    @Override
    public RoomView view(int index) {
        return views.get(index);
    }

    /** @return index = instance id, value = its pixels over all views */
    public long[] areas() {
        long[] areas = new long[classOfId().length];
        for (RoomView view : views) {
            for (int id : view.ids()) {
                areas[id]++;
            }
        }
        return areas;
    }
}
