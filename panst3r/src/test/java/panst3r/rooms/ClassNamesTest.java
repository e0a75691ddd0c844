package panst3r.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import panst3r.text.Vocabulary;

class ClassNamesTest {
    @Test
    void theClassesOfTheRoomsAreThoseOfPublishedVocabularies() {
        Set<String> published = Vocabulary.shipped().stream()
                .flatMap(list -> Vocabulary.of(list).names().stream())
                .flatMap(names -> Stream.of(names.split(","))) // synonyms
                .map(String::strip)
                .collect(Collectors.toSet());
        assertThat(Rooms.CLASSES)
                .extracting(RoomCategory::name)
                .isSubsetOf(published)
                .doesNotHaveDuplicates();
        assertThat(Rooms.CLASSES).hasSizeBetween(15, 20);
    }
}
