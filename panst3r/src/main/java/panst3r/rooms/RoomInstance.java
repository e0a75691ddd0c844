package panst3r.rooms;

/**
 * One thing in a room, or one kind of stuff.
 *
 * @param id 1 … 65535, the same in all views; 0 is void and never an instance
 * @param classId index into the classes of its sample
 */
public record RoomInstance(int id, int classId) {}
