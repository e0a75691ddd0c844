package panst3r;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ArgumentsTest {
    private static final String USAGE = "usage: Walk FROM TO [--pace 1.5] [--with-dog yes|no]";

    @Test
    void placesThenOptions() {
        Arguments words = new Arguments(USAGE, "a", "b", "--with-dog", "yes");
        assertThat(words.place(0)).isEqualTo("a");
        assertThat(words.place(1)).isEqualTo("b");
        assertThat(words.option("--with-dog", "no")).isEqualTo("yes");
        assertThat(words.option("--pace", "1.5")).isEqualTo("1.5");
    }

    @Test
    void whatIsWrongIsNamed() {
        assertThatThrownBy(() -> new Arguments(USAGE, "a")).hasMessage("FROM or TO is missing.");
        assertThatThrownBy(() -> new Arguments(USAGE, "a", "b", "--run", "1")).hasMessage("There is no option --run.");
        assertThatThrownBy(() -> new Arguments(USAGE, "a", "b", "--pace")).hasMessage("--pace has no value.");
    }

    @Test
    void wholeNumbersAreNamedWhereTheyAreNone() {
        Arguments words = new Arguments(USAGE, "a", "b", "--pace", "3");
        assertThat(words.whole("--pace", 1, 0)).isEqualTo(3);
        assertThat(words.whole("--with-dog", 7, 0)).isEqualTo(7);
        assertThatThrownBy(() -> words.whole("--pace", 1, 4))
                .hasMessage("--pace is a whole number from 4 on, not 3.");
        assertThatThrownBy(() -> new Arguments(USAGE, "a", "b", "--pace", "fast").whole("--pace", 1, 0))
                .hasMessage("--pace is a whole number from 0 on, not fast.");
    }
}
