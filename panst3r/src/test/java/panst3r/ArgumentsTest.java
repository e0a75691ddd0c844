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
        assertThatThrownBy(() -> words.whole("--pace", 1, 4)).hasMessage("--pace is a whole number from 4 on, not 3.");
        assertThatThrownBy(() -> new Arguments(USAGE, "a", "b", "--pace", "fast").whole("--pace", 1, 0))
                .hasMessage("--pace is a whole number from 0 on, not fast.");
        assertThat(words.count("--pace", 1)).isEqualTo(3);
        assertThatThrownBy(() -> new Arguments(USAGE, "a", "b", "--pace", "3000000000").count("--pace", 1))
                .hasMessage("--pace is at most 2147483647, not 3000000000.");
        assertThat(words.count("--pace", 1, 3)).isEqualTo(3);
        assertThatThrownBy(() -> words.count("--pace", 1, 2)).hasMessage("--pace is at most 2, not 3.");
    }

    @Test
    void otherValuesAreNamedWhereTheyDoNotFit() {
        Arguments words = new Arguments(USAGE, "a", "b", "--pace", "1.25", "--with-dog", "Yes");
        assertThat(words.number("--pace", 1, 0, 2)).isEqualTo(1.25);
        assertThatThrownBy(() -> words.number("--pace", 0, 0, 0.5))
                .hasMessage("--pace is a number from 0 to 0.5, not 1.25.");
        assertThatThrownBy(() -> words.number("--with-dog", 0, 0, 1))
                .hasMessage("--with-dog is a number from 0 to 1, not Yes.");
        assertThatThrownBy(() -> new Arguments(USAGE, "a", "b", "--pace", "NaN").number("--pace", 0, 0, 1))
                .hasMessage("--pace is a number from 0 to 1, not NaN.");
        assertThat(words.choice("--with-dog", "no", "yes")).isEqualTo("yes");
        assertThat(words.choice("--without", "no", "yes")).isEqualTo("no");
        assertThatThrownBy(() -> words.choice("--pace", "slow", "fast"))
                .hasMessage("--pace is slow or fast, not 1.25.");
        assertThat(words.size("--without", "224x160")).containsExactly(224, 160);
        for (String size : new String[] {"224", "0x160", "224x160x3", "123456x1", "-1x5"}) {
            assertThatThrownBy(() -> new Arguments(USAGE, "a", "b", "--pace", size).size("--pace", "224x160"))
                    .hasMessage("--pace is WIDTHxHEIGHT in pixels, such as 224x160, not " + size + ".");
        }
    }
}
