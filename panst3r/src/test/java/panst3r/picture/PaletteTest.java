package panst3r.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.UniqueElements;
import org.junit.jupiter.api.Test;

class PaletteTest {
    /** Severity 1 of Machado, Oliveira and Fernandes 2009, on linear RGB; the first is normal vision. */
    private static final double[][] VISIONS = {
        {1, 0, 0, 0, 1, 0, 0, 0, 1},
        {0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998},
        {0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881},
        {1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900}
    };

    @Test
    void anyTwoOfTheFirstTwelveCanBeToldApartByEverybody() {
        Palette palette = Palette.of(IntStream.range(0, 12).boxed().toList(), 0);
        int[] colours = IntStream.rangeClosed(0, 12)
                .map(i -> i == 12 ? Palette.VOID : palette.colour(i))
                .toArray();
        for (double[] vision : VISIONS) {
            for (int i = 0; i < colours.length; i++) {
                for (int j = 0; j < i; j++) {
                    double apart = Vectors.distance(seen(colours[i], vision), seen(colours[j], vision));
                    assertThat(apart)
                            .as(Palette.hex(colours[i]) + " " + Palette.hex(colours[j]))
                            .isGreaterThan(0.1);
                }
            }
        }
    }

    @Property
    void keysHaveColoursOfTheirOwn(
            @ForAll @Size(max = 200) @UniqueElements List<@IntRange(max = 500) Integer> keys, @ForAll long seed) {
        Palette palette = Palette.of(keys, seed);
        Set<Integer> colours = new HashSet<>();
        keys.forEach(key -> colours.add(palette.colour(key)));
        assertThat(colours).doesNotContain(Palette.VOID);
        // the later ones may come close to each other, not the first
        assertThat(colours.size()).isGreaterThanOrEqualTo(Math.min(keys.size(), 12));
    }

    @Test
    void colourStaysWhenOtherSegmentsChangePlaces() {
        Palette before = Palette.of(List.of(7, 30, 4, 11), 5);
        Palette after = Palette.of(List.of(11, 4, 7, 30), 5);
        for (int key : List.of(7, 30, 4, 11)) {
            assertThat(after.colour(key)).isEqualTo(before.colour(key));
        }
        assertThat(before.colour(8)).isEqualTo(Palette.VOID);
    }

    @Test
    void rampRunsFromDarkToBright() {
        assertThat(Palette.ramp(0)).isEqualTo(0x440154);
        assertThat(Palette.ramp(1)).isEqualTo(0xfde725);
        assertThat(Palette.ramp(Double.POSITIVE_INFINITY)).isEqualTo(0xfde725);
        double before = -1;
        for (int i = 0; i <= 100; i++) {
            double lightness = seen(Palette.ramp(i / 100.0), VISIONS[0])[0];
            assertThat(lightness).isGreaterThan(before);
            before = lightness;
        }
    }

    private static double[] seen(int rgb, double[] vision) {
        double[] light = {Oklab.light(rgb >> 16 & 255), Oklab.light(rgb >> 8 & 255), Oklab.light(rgb & 255)};
        double[] out = new double[3];
        for (int k = 0; k < 3; k++) {
            for (int l = 0; l < 3; l++) {
                out[k] += vision[3 * k + l] * light[l];
            }
            out[k] = Math.max(0, Math.min(1, out[k]));
        }
        return Oklab.of(out[0], out[1], out[2]);
    }
}
