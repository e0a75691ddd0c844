package panst3r.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import panst3r.PanSt3RException;
import panst3r.checkpoint.ConstructorString.Call;
import panst3r.checkpoint.ConstructorString.Symbol;

class ConstructorStringTest {
    @Test
    void readsEveryKindOfValue() {
        Call call = ConstructorString.parse(
                "it",
                " A( i=-3, f=.5, e=1e-4, s='a b', d=\"it's\", t=True, n=None, p=(1, 2), o=(1,), g=(7), l=[], "
                        + "x=ActivationType.LINEAR, c=B(y=[C()]),) ");
        assertThat(call.name()).isEqualTo("A");
        assertThat(call.arguments())
                .containsEntry("i", -3L)
                .containsEntry("f", 0.5)
                .containsEntry("e", 1e-4)
                .containsEntry("s", "a b")
                .containsEntry("d", "it's")
                .containsEntry("t", true)
                .containsEntry("n", null)
                .containsEntry("p", List.of(1L, 2L))
                .containsEntry("o", List.of(1L))
                .containsEntry("g", 7L)
                .containsEntry("l", List.of())
                .containsEntry("x", new Symbol("ActivationType.LINEAR"));
        assertThat(call.arguments().get("c")).hasToString("B(y=[C()])");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "A",
                "A(",
                "A)",
                "A()b",
                "A()()",
                "A(1)",
                "A(x)",
                "A(x=)",
                "A(x=1 y=2)",
                "A(x=1, x=2)",
                "A(x=1+1)",
                "A(x='\\n')",
                "A(x='a",
                "A(x=1e999)",
                "A(x=0x10)",
                "A(x=1_000)",
                "A(x=[1, 2)",
                "A(x=a.b())",
                "A(**k)",
                "a.B()",
                "A(x=f'{y}')",
                "A(x=99999999999999999999)",
                "A(x={})",
                "A(x=lambda: 0)",
                "A(x=not True)",
                "'A()'"
            })
    void refusesAllElseAndShowsThePlace(String text) {
        assertThatThrownBy(() -> ConstructorString.parse("args.it", text))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("args.it")
                .hasMessageContaining("at character")
                .hasMessageContaining("▸");
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void roundTrip(@ForAll("calls") Call call) {
        String text = call.toString();
        Call read = ConstructorString.parse("it", text);
        assertThat(read).hasToString(text);
        assertThat(read.name()).isEqualTo(call.name());
        assertThat(List.copyOf(read.arguments().keySet()))
                .isEqualTo(List.copyOf(call.arguments().keySet()));
    }

    /** Any text at all: a call or the one kind of error. */
    @Property
    void neverFailsOtherwise(@ForAll String text) {
        try {
            ConstructorString.parse("it", "A(" + text);
        } catch (PanSt3RException e) {
            assertThat(e).hasMessageContaining("at character");
        }
    }

    @Provide
    Arbitrary<Call> calls() {
        return calls(3);
    }

    private static Arbitrary<Call> calls(int depth) {
        return Combinators.combine(
                        names(), Arbitraries.maps(names(), values(depth)).ofMaxSize(4))
                .as((name, arguments) -> new Call(name, new LinkedHashMap<>(arguments), 0, Map.of()));
    }

    private static Arbitrary<Object> values(int depth) {
        Arbitrary<Object> leaf = Arbitraries.oneOf(
                Arbitraries.longs().between(-999_999_999_999_999_999L, 999_999_999_999_999_999L),
                Arbitraries.doubles(),
                Arbitraries.of(true, false),
                Arbitraries.strings()
                        .withCharRange(' ', '~')
                        .excludeChars('\\', '"')
                        .ofMaxLength(12),
                names().map(n -> new Symbol("Type." + n)),
                Arbitraries.just(null));
        return depth == 0
                ? leaf
                : Arbitraries.oneOf(
                        leaf, values(depth - 1).list().ofMaxSize(3).map(Object.class::cast), calls(depth - 1));
    }

    private static Arbitrary<String> names() {
        return Arbitraries.strings()
                .withCharRange('a', 'z')
                .withChars('_')
                .ofMinLength(1)
                .ofMaxLength(8)
                .filter(n -> !List.of("dict").contains(n));
    }
}
