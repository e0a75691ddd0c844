package panst3r.merge;

/**
 * Which columns of a mask can matter. A pixel lies between two columns and two rows of the mask, and its value is a
 * weighted mean of those four; so it is above a cutoff only if one of the four is. Row r therefore keeps the columns
 * from one before the first to one after the last value above the cutoff in the rows r−1, r and r+1. Every pixel above
 * the cutoff then has all its four neighbours, and its value is the same to the last bit as without any cutting; every
 * pixel that is left out is at or below the cutoff. NaN is not at or below anything and so never left out.
 */
final class Spans {
    private Spans() {}

    /** @return false if no value is above {@code limit} */
    static boolean find(float[] values, int width, int rows, float limit, int[] first, int[] last) {
        boolean any = false;
        for (int r = 0; r < rows; r++) {
            int begin = r * width;
            int a = begin;
            int end = begin + width;
            while (a < end && values[a] <= limit) {
                a++;
            }
            int b = end - 1;
            while (b > a && values[b] <= limit) {
                b--;
            }
            first[r] = a == end ? width : a - begin;
            last[r] = a == end ? -1 : b - begin;
            any |= a < end;
        }
        if (!any) {
            return false;
        }
        int beforeFirst = width;
        int beforeLast = -1;
        for (int r = 0; r < rows; r++) {
            int f = Math.min(first[r], beforeFirst);
            int l = Math.max(last[r], beforeLast);
            beforeFirst = first[r];
            beforeLast = last[r];
            if (r + 1 < rows) {
                f = Math.min(f, first[r + 1]);
                l = Math.max(l, last[r + 1]);
            }
            first[r] = l < 0 ? width : Math.max(0, f - 1);
            last[r] = l < 0 ? -1 : Math.min(width - 1, l + 1);
        }
        return true;
    }
}
