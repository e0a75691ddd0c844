package panst3r.rooms;

/**
 * A class of things or stuff.
 *
 * @param name as in a vocabulary: "chair"
 * @param thing true if its instances are counted (chair), false if not (wall)
 */
public record RoomCategory(String name, boolean thing) {}
