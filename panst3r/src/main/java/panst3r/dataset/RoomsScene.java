package panst3r.dataset;

import java.nio.file.Path;
import java.util.List;
import panst3r.rooms.FolderTruth;
import panst3r.rooms.GroundTruthFolder;
import panst3r.rooms.RoomCategory;
import panst3r.rooms.RoomInstance;
import panst3r.rooms.RoomView;
import panst3r.rooms.SceneTruth;

/** A folder with a {@code ground-truth.json}. */
record RoomsScene(Path folder) implements DataScene {
    @Override
    public String name() {
        return folder.toAbsolutePath().normalize().getFileName().toString();
    }

    @Override
    public List<Path> photos() {
        return GroundTruthFolder.open(folder).photos();
    }

    @Override
    public SceneTruth truth() {
        return new ByPhoto(name(), GroundTruthFolder.open(folder));
    }

    /** The same truth, where a view is called as its photo's file. */
    private record ByPhoto(String name, FolderTruth of) implements SceneTruth {
        @Override
        public List<RoomCategory> classes() {
            return of.classes();
        }

        @Override
        public List<RoomInstance> instances() {
            return of.instances();
        }

        @Override
        public List<String> viewNames() {
            return of.photos().stream().map(p -> p.getFileName().toString()).toList();
        }

        @Override
        public RoomView view(int index) {
            return of.view(index);
        }
    }
}
