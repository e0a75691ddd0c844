package panst3r.checkpoint;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import panst3r.PanSt3RException;

/**
 * The zip files that {@code torch.save} writes: entries stored, not compressed, so that each is a slice of the file.
 *
 * <p>Not {@code java.util.zip}: it has no offsets to map at, accepts two entries of one name, and would inflate. Zip64 is
 * understood; every offset and length is checked before it is used.
 */
final class StoredZip {
    private static final int END = 0x06054b50;
    private static final int END64 = 0x06064b50;
    private static final int LOCATOR64 = 0x07064b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int LOCAL = 0x04034b50;
    private static final int MOST_ENTRIES = 100_000;
    private static final int END_SIZE = 22;
    private static final long UNSIGNED = 0xffffffffL;

    private final FileBytes file;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private record Entry(long header, long size) {}

    StoredZip(FileBytes file) {
        this.file = file;
        readDirectory();
    }

    Set<String> names() {
        return entries.keySet();
    }

    boolean has(String name) {
        return entries.containsKey(name);
    }

    /** The bytes of an entry, in place; null if there is none of that name. */
    ByteBuffer open(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            return null;
        }
        ByteBuffer header = file.slice(entry.header, 30);
        if (header.getInt(0) != LOCAL) {
            throw file.fail("the zip entry " + Text.quote(name) + " does not begin where the directory says; "
                    + "the file is damaged, so download it again");
        }
        // the lengths here differ from the directory's: padding to 64 bytes is an extra field of this header alone
        long start = entry.header + 30 + u16(header, 26) + u16(header, 28);
        return file.slice(start, entry.size);
    }

    private void readDirectory() {
        ByteBuffer end = findEnd();
        long count = u16(end, 10);
        long directorySize = end.getInt(12) & UNSIGNED;
        long directory = end.getInt(16) & UNSIGNED;
        long endOffset = file.size() - end.remaining();
        if (count == 0xffff || directorySize == UNSIGNED || directory == UNSIGNED) {
            if (endOffset < 20 || file.slice(endOffset - 20, 20).getInt(0) != LOCATOR64) {
                throw damaged("its zip64 end record is missing");
            }
            ByteBuffer end64 = file.slice(file.slice(endOffset - 20, 20).getLong(8), 56);
            if (end64.getInt(0) != END64) {
                throw damaged("its zip64 end record is missing");
            }
            count = end64.getLong(32);
            directorySize = end64.getLong(40);
            directory = end64.getLong(48);
        }
        if (directory < 0 || directorySize < 0 || directorySize > endOffset - directory) {
            throw damaged("its zip directory lies outside the file");
        }
        if (count > MOST_ENTRIES) {
            throw file.fail("it is a zip file of " + count + " entries, more than any checkpoint has");
        }
        if (count < 0 || count > directorySize / 46) {
            throw damaged("its zip directory is shorter than its number of entries");
        }
        long at = directory;
        for (long i = 0; i < count; i++) {
            at = readEntry(at, directory + directorySize);
        }
    }

    private long readEntry(long at, long directoryEnd) {
        if (directoryEnd - at < 46) {
            throw damaged("its zip directory is cut");
        }
        ByteBuffer fixed = file.slice(at, 46);
        if (fixed.getInt(0) != CENTRAL) {
            throw damaged("its zip directory is broken");
        }
        int flags = u16(fixed, 8);
        int method = u16(fixed, 10);
        long packed = fixed.getInt(20) & UNSIGNED;
        long size = fixed.getInt(24) & UNSIGNED;
        long header = fixed.getInt(42) & UNSIGNED;
        int nameLength = u16(fixed, 28);
        int extraLength = u16(fixed, 30);
        long next = at + 46 + nameLength + extraLength + u16(fixed, 32);
        if (next > directoryEnd) {
            throw damaged("its zip directory is cut");
        }
        String name =
                StandardCharsets.UTF_8.decode(file.slice(at + 46, nameLength)).toString();
        ByteBuffer extra = file.slice(at + 46 + nameLength, extraLength);
        while (extra.remaining() >= 4) {
            int id = extra.getShort() & 0xffff;
            int length = extra.getShort() & 0xffff;
            if (length > extra.remaining()) {
                throw damaged("the zip entry " + Text.quote(name) + " has a broken extra field");
            }
            ByteBuffer field = extra.slice(extra.position(), length).order(extra.order());
            extra.position(extra.position() + length);
            if (id == 1) { // zip64: only those that did not fit, in this order
                size = size == UNSIGNED ? long64(field, name) : size;
                packed = packed == UNSIGNED ? long64(field, name) : packed;
                header = header == UNSIGNED ? long64(field, name) : header;
            }
        }
        if ((flags & 1) != 0) {
            throw file.fail("the zip entry " + Text.quote(name) + " is encrypted");
        }
        if (method != 0 || packed != size) {
            throw file.fail("its zip entries are compressed, which torch.save never does; "
                    + "somebody packed it again: unzip it, and pack it with zip -0");
        }
        if (header < 0 || size < 0 || header > file.size() - 30 || size > file.size() - 30 - header) {
            throw damaged("the zip entry " + Text.quote(name) + " lies outside the file");
        }
        if (entries.put(name, new Entry(header, size)) != null) {
            throw file.fail(
                    "it has two zip entries named " + Text.quote(name) + ", so it is damaged or made to deceive");
        }
        return next;
    }

    /** The end record: last in the file but for a comment of at most 65,535 bytes. */
    private ByteBuffer findEnd() {
        long from = Math.max(0, file.size() - END_SIZE - 0xffff);
        ByteBuffer tail = file.slice(from, file.size() - from);
        for (int at = tail.limit() - END_SIZE; at >= 0; at--) {
            if (tail.getInt(at) == END && at + END_SIZE + u16(tail, at + 20) == tail.limit()) {
                return tail.slice(at, tail.limit() - at).order(tail.order());
            }
        }
        throw damaged("the end of the zip file is missing");
    }

    private long long64(ByteBuffer field, String name) {
        if (field.remaining() < 8) {
            throw damaged("the zip entry " + Text.quote(name) + " has a broken zip64 field");
        }
        return field.getLong();
    }

    private PanSt3RException damaged(String what) {
        return file.fail(what + "; the download was probably cut, so get it again and compare its size");
    }

    private static int u16(ByteBuffer b, int at) {
        return b.getShort(at) & 0xffff;
    }
}
