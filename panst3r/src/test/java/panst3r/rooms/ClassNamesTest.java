package panst3r.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ClassNamesTest {
    /** One class a line, synonyms apart by commas. */
    private static Stream<String> names(String vocabulary) {
        try (InputStream in =
                ClassNamesTest.class.getResourceAsStream("/panst3r/vocabularies/" + vocabulary + ".txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .flatMap(line -> Stream.of(line.split(",")))
                    .map(String::strip);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theClassesOfTheRoomsAreThoseOfPublishedVocabularies() {
        Set<String> published = new HashSet<>();
        Stream.of("scannet", "coco", "ade20k").forEach(v -> names(v).forEach(published::add));
        assertThat(Rooms.CLASSES)
                .extracting(RoomCategory::name)
                .isSubsetOf(published)
                .doesNotHaveDuplicates();
        assertThat(Rooms.CLASSES).hasSizeBetween(15, 20);
    }
}
