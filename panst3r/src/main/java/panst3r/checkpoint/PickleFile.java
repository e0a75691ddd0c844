package panst3r.checkpoint;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import panst3r.PanSt3RException;

/**
 * Files of Python objects read as data: the zip of {@code torch.save}, or a plain pickle (codebooks). Nothing in them is
 * executed.
 */
public final class PickleFile {
    private static final int HEAD = 512;
    /** 0x1950a86a20f9469cfc6c as a pickled integer: how torch before 1.6 began its files. */
    private static final byte[] LEGACY = {
        (byte) 0x8a, 10, 0x6c, (byte) 0xfc, (byte) 0x9c, 0x46, (byte) 0xf9, 0x20, 0x6a, (byte) 0xa8, 0x50, 0x19
    };

    private PickleFile() {}

    /**
     * The saved object as null, Boolean, Long, BigInteger, Double, String, byte[], List, Set, Map in order, {@link Namespace},
     * {@link TensorData}, {@link NumpyArray}.
     *
     * @throws PanSt3RException if it is no such file, is damaged, or names anything outside the allow-list
     */
    public static Object read(Path file) {
        return read(FileBytes.map(file));
    }

    static Object read(FileBytes file) {
        if (isZip(file)) {
            return readTorch(file);
        }
        refuseOtherKinds(file);
        ByteBuffer pickle = file.slice(0, file.size());
        return new PickleReader(pickle, key -> null, file::fail).read();
    }

    static boolean isZip(FileBytes file) {
        return file.size() >= 4 && file.slice(0, 4).getInt() == 0x04034b50;
    }

    /** The object in a file of {@code torch.save}. */
    static Object readTorch(FileBytes file) {
        StoredZip zip = new StoredZip(file);
        List<String> pickles = zip.names().stream()
                .filter(n -> n.indexOf('/') >= 0 && n.substring(n.indexOf('/')).equals("/data.pkl"))
                .toList();
        if (pickles.size() != 1) {
            throw file.fail("it is a zip file without the data.pkl that torch.save writes");
        }
        String top = pickles.get(0).substring(0, pickles.get(0).length() - "data.pkl".length());
        if (zip.has(top + "constants.pkl") || zip.names().stream().anyMatch(n -> n.startsWith(top + "code/"))) {
            throw file.fail("it is a TorchScript archive, a program; save the weights themselves with "
                    + "torch.save({'weights': model.state_dict(), 'args': args}, …)");
        }
        ByteBuffer order = zip.open(top + "byteorder");
        if (order != null
                && !StandardCharsets.US_ASCII.decode(order).toString().strip().equals("little")) {
            throw file.fail("it was written on a big-endian machine; "
                    + "load it with PyTorch on an ordinary one and save it again there");
        }
        ByteBuffer pickle = zip.open(pickles.get(0));
        return new PickleReader(pickle, key -> zip.open(top + "data/" + key), file::fail).read();
    }

    /** Says what a file is that people commonly take for a checkpoint. */
    static void refuseOtherKinds(FileBytes file) {
        if (file.size() == 0) {
            throw file.fail("it is empty; download it again");
        }
        byte[] head = new byte[(int) Math.min(HEAD, file.size())];
        file.slice(0, head.length).get(head);
        String text = new String(head, StandardCharsets.ISO_8859_1);
        String start = text.stripLeading().toLowerCase(Locale.ROOT);
        if (text.startsWith("version https://git-lfs")) {
            throw file.fail(
                    "it is a Git LFS pointer, not the file itself; run git lfs pull, or download it by its link");
        }
        if (start.startsWith("<!doctype") || start.startsWith("<html") || start.startsWith("<?xml")) {
            throw file.fail("it is a web page, probably the error page of a failed download; download it again");
        }
        if (head.length > 2 && head[0] == 0x1f && head[1] == (byte) 0x8b) {
            throw file.fail("it is compressed with gzip; unpack it with gunzip first");
        }
        if (text.contains(new String(LEGACY, StandardCharsets.ISO_8859_1))) {
            throw file.fail("it is in the format of PyTorch before 1.6; "
                    + "save it again there with torch.save(torch.load(file), new_file)");
        }
    }
}
