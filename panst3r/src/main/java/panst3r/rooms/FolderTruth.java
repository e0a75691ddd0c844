package panst3r.rooms;

import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;

/** What a {@link GroundTruthFolder} holds, its views read when they are asked for. */
public final class FolderTruth implements SceneTruth {
    private final String name;
    private final String description;
    private final List<RoomCategory> classes;
    private final List<RoomInstance> instances;
    private final List<String> viewNames;
    private final List<Path> photos;
    private final IntFunction<RoomView> reader;

    FolderTruth(
            String name,
            String description,
            List<RoomCategory> classes,
            List<RoomInstance> instances,
            List<String> viewNames,
            List<Path> photos,
            IntFunction<RoomView> reader) {
        this.name = name;
        this.description = description;
        this.classes = List.copyOf(classes);
        this.instances = List.copyOf(instances);
        this.viewNames = List.copyOf(viewNames);
        this.photos = List.copyOf(photos);
        this.reader = reader;
    }

    @Override
    public String name() {
        return name;
    }

    String description() {
        return description;
    }

    @Override
    public List<RoomCategory> classes() {
        return classes;
    }

    @Override
    public List<RoomInstance> instances() {
        return instances;
    }

    @Override
    public List<String> viewNames() {
        return viewNames;
    }

    /** The photos' files, in the order of {@link #viewNames}. */
    public List<Path> photos() {
        return photos;
    }

    @Override
    public RoomView view(int index) {
        return reader.apply(index);
    }
}
