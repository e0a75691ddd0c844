package panst3r.magics;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import panst3r.PanSt3RException;

/**
 * What {@code %panst3r figure} was asked for; null where nothing was said.
 *
 * @param layout one of {@link panst3r.figure.Figure#LAYOUTS}
 * @param scene its name
 * @param out file to write
 * @param overwrite whether a file that is there is replaced
 * @param width such as 170mm, 17cm, 6.7in; millimetres if there is no unit
 * @param dpi dots per inch
 * @param title first words of the caption
 * @param unit what one unit of the scene is
 * @param views numbers or names of photos
 * @param viewpoint as the viewer tells it
 * @param caption whether the caption stands below
 * @param strategies to compare or measure
 * @param set options of every strategy that has them
 * @param truth folder of ground truth
 * @param sweep options to draw curves of
 */
public record FigureRequest(
        String layout,
        String scene,
        String out,
        boolean overwrite,
        String width,
        Integer dpi,
        String title,
        String unit,
        List<String> views,
        String viewpoint,
        boolean caption,
        List<String> strategies,
        Map<String, String> set,
        String truth,
        List<String> sweep) {
    private static final Pattern LENGTH = Pattern.compile("(\\d{1,6}(?:\\.\\d{1,6})?)\\s*(mm|cm|in|)");

    /** A layout of the latest scene, in a cell only. */
    public static FigureRequest of(String layout) {
        return new FigureRequest(
                layout, null, null, false, null, null, null, null, List.of(), null, true, null, Map.of(), null,
                List.of());
    }

    /** @throws PanSt3RException if it is no length */
    static double millimetres(String text) {
        Matcher length = LENGTH.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!length.matches()) {
            throw new PanSt3RException("“" + text + "” is no width; say it as 170mm, 17cm or 6.7in.");
        }
        double number = Double.parseDouble(length.group(1));
        return switch (length.group(2)) {
            case "cm" -> 10 * number;
            case "in" -> 25.4 * number;
            default -> number;
        };
    }
}
