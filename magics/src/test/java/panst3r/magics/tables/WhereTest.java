package panst3r.magics.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import panst3r.PanSt3RException;

class WhereTest {
    private static final String[] CLASSES = {"chair", "coffee table", "wall", "chair", "", "rock and roll poster"};
    private static final double[] CONFIDENCE = {1, 2.5, 3, 4.5, Double.NaN, -7};

    private static final Where.Columns COLUMNS = new Where.Columns() {
        @Override
        public List<String> names() {
            return List.of("class", "confidence");
        }

        @Override
        public IntToDoubleFunction numbers(String column) {
            return column.equals("confidence") ? row -> CONFIDENCE[row] : null;
        }

        @Override
        public IntFunction<String> texts(String column) {
            return column.equals("class") ? row -> CLASSES[row] : null;
        }
    };

    private static List<Integer> rows(String condition) {
        IntPredicate where = Where.parse(condition, COLUMNS);
        return IntStream.range(0, CLASSES.length).filter(where).boxed().toList();
    }

    @Test
    void comparesTextAndNumbers() {
        assertThat(rows("class = chair")).containsExactly(0, 3);
        assertThat(rows("CLASS == Chair")).containsExactly(0, 3);
        assertThat(rows("class=chair and confidence>3")).containsExactly(3);
        assertThat(rows("confidence >= 3")).containsExactly(2, 3);
        assertThat(rows("confidence <= 2.5")).containsExactly(0, 1, 5);
        assertThat(rows("confidence < -1e0")).containsExactly(5);
        assertThat(rows("class != chair and class <> wall")).containsExactly(1, 4, 5);
    }

    @Test
    void andBindsTighterThanOr() {
        assertThat(rows("class = wall or class = chair and confidence > 2")).containsExactly(2, 3);
        assertThat(rows("(class = wall or class = chair) and confidence > 2")).containsExactly(2, 3);
        assertThat(rows("(class = wall or class = chair) and confidence < 2")).containsExactly(0);
        assertThat(rows("not class = chair and confidence > 2")).containsExactly(1, 2);
        assertThat(rows("not (class = chair or confidence > 2)")).containsExactly(4, 5);
    }

    @Test
    void valuesOfSeveralWordsNeedNoQuotesUnlessTheyHoldAKeyword() {
        assertThat(rows("class = coffee table and confidence > 1")).containsExactly(1);
        assertThat(rows("class = 'rock and roll poster'")).containsExactly(5);
        assertThat(rows("class = \"coffee table\"")).containsExactly(1);
        assertThat(rows("class = ''")).containsExactly(4);
        assertThat(rows("class contains table")).containsExactly(1);
        assertThat(rows("class in (wall, coffee table)")).containsExactly(1, 2);
        assertThat(rows("confidence in (1, 3)")).containsExactly(0, 2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                      | is empty
            clas = chair            | names no column “clas”; there are class, confidence
            class                   | needs one of =
            class =                 | lacks a value
            class < chair           | orders “class”, which is text
            confidence = chair      | compares “confidence”, which is a number, with “chair”
            confidence contains 3   | asks what “confidence” contains
            class = 'chair          | lacks a closing '
            (class = chair          | lacks a “)”
            class = chair)          | has “)” where
            class = chair and       | ends where a column was expected
            class in chair          | needs a list
            class = a confidence > 3 | has “>” inside a value
            class ! chair           | has “!”, which means nothing here
            """)
    void saysWhatItCannotRead(String condition, String message) {
        assertThatThrownBy(() -> Where.parse(condition, COLUMNS))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining(message)
                .hasMessageEndingWith(".");
    }

    @Property(tries = 2000)
    void anyTextIsReadOrRefusedWithASentence(@ForAll @StringLength(max = 40) String text) {
        try {
            IntPredicate where = Where.parse("class = " + text, COLUMNS);
            IntStream.range(0, CLASSES.length).forEach(where::test);
        } catch (PanSt3RException e) {
            assertThat(e.getMessage()).startsWith("The condition “");
        }
    }
}
