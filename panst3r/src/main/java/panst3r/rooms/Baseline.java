package panst3r.rooms;

/** How far apart the views of a room are taken. */
public enum Baseline {
    /** Cameras anywhere in the room, all turned to a common part of it. */
    WIDE,
    /** Neighbouring views as a person walking takes them: steps of 0.15–0.5 m, turns of at most 15°. */
    NARROW
}
