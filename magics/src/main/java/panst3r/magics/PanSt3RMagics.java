package panst3r.magics;

/** The door through which a kernel's adapter lets the commands in. */
public final class PanSt3RMagics {
    /** What the adapters run in the notebook's shell, so that the commands are there as plain Java calls too. */
    public static final String IMPORTS = "import panst3r.magics.*;";

    private PanSt3RMagics() {}

    /** Registers magics and renderers. Must stay light: no class here may load DJL or Tablesaw before it is needed. */
    public static void install(Bridge bridge) {
        bridge.line("panst3r", args -> "PanSt3R on " + bridge.kernel());
    }
}
