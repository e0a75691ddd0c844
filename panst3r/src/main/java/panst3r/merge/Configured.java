package panst3r.merge;

import java.util.List;

/** A strategy whose options are {@link Settings}; public because {@code List.of(Merge.standardV2(), Merge.qubo())} is of it. */
public abstract class Configured implements MergeStrategy {
    final Settings settings;

    Configured(Settings settings) {
        this.settings = settings;
    }

    @Override
    public String name() {
        return settings.strategy();
    }

    @Override
    public List<Option> options() {
        return settings.options();
    }

    @Override
    public String option(String name) {
        return settings.text(name);
    }

    @Override
    public String toString() {
        return describe();
    }
}
