package panst3r;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The words after a command of the library: places first, then options with a value each. */
public final class Arguments {
    private static final Pattern OPTION = Pattern.compile("--[a-z-]+");

    private final List<String> places;
    private final Map<String, String> options = new LinkedHashMap<>();

    /** @param usage {@code usage: Command PLACE … [--option value] …}, which says how many places there are, and what options */
    Arguments(String usage, String... words) {
        List<String> named = Arrays.stream(usage.replaceFirst(" \\[.*", "").split(" "))
                .skip(2)
                .toList();
        int count = named.size();
        List<String> known =
                OPTION.matcher(usage).results().map(MatchResult::group).toList();
        if (words.length < count) {
            throw new IllegalArgumentException(String.join(" or ", named) + " is missing.");
        }
        places = List.of(words).subList(0, count);
        for (int i = count; i < words.length; i += 2) {
            if (!known.contains(words[i])) {
                throw new IllegalArgumentException("There is no option " + words[i] + ".");
            }
            if (i + 1 == words.length) {
                throw new IllegalArgumentException(words[i] + " has no value.");
            }
            options.put(words[i], words[i + 1]);
        }
    }

    /** The place of this number, from 0. */
    public String place(int i) {
        return places.get(i);
    }

    /** What was said, or else {@code otherwise}. */
    public String option(String name, String otherwise) {
        return options.getOrDefault(name, otherwise);
    }

    /**
     * A whole number.
     *
     * @throws IllegalArgumentException naming the option, if it is none or less than {@code least}
     */
    public long whole(String name, long otherwise, long least) {
        String said = option(name, Long.toString(otherwise));
        try {
            long value = Long.parseLong(said);
            if (value >= least) {
                return value;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException(name + " is a whole number from " + least + " on, not " + said + ".");
    }

    /**
     * How many.
     *
     * @throws IllegalArgumentException naming the option, if it is no whole number from 1 to {@link Integer#MAX_VALUE}
     */
    public int count(String name, int otherwise) {
        return count(name, otherwise, Integer.MAX_VALUE);
    }

    /**
     * How many.
     *
     * @throws IllegalArgumentException naming the option, if it is no whole number from 1 to {@code most}
     */
    public int count(String name, int otherwise, int most) {
        long value = whole(name, otherwise, 1);
        if (value > most) {
            throw new IllegalArgumentException(name + " is at most " + most + ", not " + value + ".");
        }
        return (int) value;
    }

    /**
     * A number.
     *
     * @throws IllegalArgumentException naming the option, if it is none or not from {@code least} to {@code most}
     */
    public double number(String name, double otherwise, double least, double most) {
        String said = option(name, Double.toString(otherwise));
        try {
            double value = Double.parseDouble(said);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException(
                name + " is a number from " + plain(least) + " to " + plain(most) + ", not " + said + ".");
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    /**
     * One of a few words, in any case; the first, if nothing was said.
     *
     * @throws IllegalArgumentException naming the option, if it is none of them
     */
    public String choice(String name, String... words) {
        String said = option(name, words[0]);
        for (String word : words) {
            if (word.equalsIgnoreCase(said)) {
                return word;
            }
        }
        throw new IllegalArgumentException(name + " is " + String.join(" or ", words) + ", not " + said + ".");
    }

    /**
     * Width and height in pixels.
     *
     * @throws IllegalArgumentException naming the option, if it is no such pair
     */
    public int[] size(String name, String otherwise) {
        String said = option(name, otherwise);
        if (!said.matches("[1-9][0-9]{0,4}x[1-9][0-9]{0,4}")) {
            throw new IllegalArgumentException(
                    name + " is WIDTHxHEIGHT in pixels, such as " + otherwise + ", not " + said + ".");
        }
        return Arrays.stream(said.split("x")).mapToInt(Integer::parseInt).toArray();
    }

    /** What a command does; wrong values are an {@link IllegalArgumentException}. */
    @FunctionalInterface
    public interface Command {
        void run(Arguments words) throws IOException;
    }

    /** A {@code main}: what goes wrong ends it with 1 and a sentence; wrong words with 2, a sentence and the usage. */
    public static void main(String usage, String[] words, Command command) {
        try {
            command.run(new Arguments(usage, words));
        } catch (PanSt3RException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        } catch (OutOfMemoryError e) {
            System.err.println("There is not enough memory for this (Java may use "
                    + (Runtime.getRuntime().maxMemory() >> 20) + " MB); ask for less, or give java more with -Xmx.");
            System.exit(1);
        } catch (IOException e) {
            System.err.println("A file could not be read or written: " + e.getMessage());
            System.exit(1);
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            System.err.println(e.getMessage());
            System.err.println(usage);
            System.exit(2);
        }
    }
}
