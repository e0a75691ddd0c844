package panst3r.nn;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Packs TorchScript source into the archive that {@code torch.jit.load} reads: a zip of stored entries that holds the
 * code, a pickle of the module object, an empty table of constants and a version. So operators can live in the project
 * as readable text and no Python is needed to build it.
 */
final class TorchScriptArchive {
    private TorchScriptArchive() {}

    /**
     * @param module name of the one class in {@code source}; its only field is {@code training}
     * @param source TorchScript as libtorch writes it into archives, types spelled out
     */
    static byte[] pack(String module, String source) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            store(zip, "kernels/data.pkl", modulePickle(module));
            store(zip, "kernels/constants.pkl", latin("\u0080\u0002).")); // protocol 2, empty tuple
            store(zip, "kernels/code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
            store(zip, "kernels/version", latin("3\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Protocol 2: an instance of {@code __torch__.<module>} whose state is {"training": False}. */
    private static byte[] modulePickle(String module) {
        String key = "X\u0008\u0000\u0000\u0000training"; // BINUNICODE with its length in 4 bytes
        return latin("\u0080\u0002c__torch__\n" + module + "\n)\u0081}(" + key + "\u0089ub.");
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
