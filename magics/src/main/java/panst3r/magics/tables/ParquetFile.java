package panst3r.magics.tables;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.Util;
import panst3r.Progress;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.ColumnType;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * A table as Apache Parquet (parquet.apache.org/docs/file-format): flat, one plain page a column and row group, gzip. The
 * format's own structures say what is where; its whole library would bring Hadoop into every notebook.
 */
public final class ParquetFile {
    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
    private static final int ROWS = 1 << 18;

    private final Table table;
    private final OutputStream out;
    private long at;

    private ParquetFile(Table table, OutputStream out) {
        this.table = table;
        this.out = out;
    }

    /** To a stream that stays open. */
    public static void write(Table table, OutputStream out) throws IOException {
        new ParquetFile(table, out).write();
    }

    private void write() throws IOException {
        emit(MAGIC);
        List<RowGroup> groups = new ArrayList<>();
        for (int from = 0; from < table.rowCount(); from += ROWS) {
            groups.add(group(from, Math.min(table.rowCount(), from + ROWS)));
        }
        FileMetaData metadata = new FileMetaData(1, schema(), table.rowCount(), groups);
        metadata.setCreated_by("PanSt3R");
        ByteArrayOutputStream footer = new ByteArrayOutputStream();
        Util.writeFileMetaData(metadata, footer);
        emit(footer.toByteArray());
        emit(littleEndian(4).putInt(footer.size()).array());
        emit(MAGIC);
    }

    private List<SchemaElement> schema() {
        List<SchemaElement> out = new ArrayList<>();
        SchemaElement root = new SchemaElement("schema");
        root.setNum_children(table.columnCount());
        out.add(root);
        for (Column<?> column : table.columns()) {
            SchemaElement element = new SchemaElement(column.name());
            element.setType(type(column));
            element.setRepetition_type(
                    column.countMissing() > 0 ? FieldRepetitionType.OPTIONAL : FieldRepetitionType.REQUIRED);
            if (type(column) == Type.BYTE_ARRAY) {
                element.setConverted_type(ConvertedType.UTF8);
            } else if (column.type() == ColumnType.SHORT) {
                element.setConverted_type(ConvertedType.INT_16);
            }
            out.add(element);
        }
        return out;
    }

    private static Type type(Column<?> column) {
        ColumnType type = column.type();
        if (type == ColumnType.FLOAT) {
            return Type.FLOAT;
        } else if (type == ColumnType.DOUBLE) {
            return Type.DOUBLE;
        } else if (type == ColumnType.INTEGER || type == ColumnType.SHORT) {
            return Type.INT32;
        } else if (type == ColumnType.LONG) {
            return Type.INT64;
        }
        return type == ColumnType.BOOLEAN ? Type.BOOLEAN : Type.BYTE_ARRAY; // what is left is written as text
    }

    private RowGroup group(int from, int to) throws IOException {
        List<ColumnChunk> chunks = new ArrayList<>();
        long bytes = 0;
        for (Column<?> column : table.columns()) {
            Progress.stopIfInterrupted("Exporting");
            ColumnChunk chunk = chunk(column, from, to);
            bytes += chunk.getMeta_data().getTotal_uncompressed_size();
            chunks.add(chunk);
        }
        return new RowGroup(chunks, bytes, to - from);
    }

    private ColumnChunk chunk(Column<?> column, int from, int to) throws IOException {
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        if (column.countMissing() > 0) {
            definitionLevels(column, from, to, page);
        }
        values(column, from, to, page);
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            page.writeTo(gzip);
        }
        PageHeader header = new PageHeader(PageType.DATA_PAGE, page.size(), packed.size());
        header.setData_page_header(new DataPageHeader(to - from, Encoding.PLAIN, Encoding.RLE, Encoding.RLE));
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        Util.writePageHeader(header, head);
        long start = at;
        emit(head.toByteArray());
        emit(packed.toByteArray());
        ColumnMetaData metadata = new ColumnMetaData(
                type(column),
                List.of(Encoding.PLAIN, Encoding.RLE),
                List.of(column.name()),
                CompressionCodec.GZIP,
                to - from,
                head.size() + (long) page.size(),
                at - start,
                start);
        ColumnChunk chunk = new ColumnChunk(0);
        chunk.setMeta_data(metadata);
        return chunk;
    }

    /** One bit a row, whether there is a value, as one bit-packed run. */
    private static void definitionLevels(Column<?> column, int from, int to, ByteArrayOutputStream page) {
        int groups = (to - from + 7) / 8;
        ByteArrayOutputStream levels = new ByteArrayOutputStream();
        for (int header = groups << 1 | 1; ; header >>>= 7) {
            levels.write(header < 128 ? header : header & 127 | 128);
            if (header < 128) {
                break;
            }
        }
        bits(i -> !column.isMissing(from + i), to - from, levels);
        page.writeBytes(littleEndian(4).putInt(levels.size()).array());
        page.writeBytes(levels.toByteArray());
    }

    private static void values(Column<?> column, int from, int to, ByteArrayOutputStream page) {
        if (column instanceof BooleanColumn booleans) {
            int[] present =
                    IntStream.range(from, to).filter(i -> !column.isMissing(i)).toArray();
            bits(i -> booleans.get(present[i]), present.length, page);
            return;
        }
        Type type = type(column);
        ByteBuffer number = littleEndian(8);
        byte[] text = {};
        for (int i = from; i < to; i++) {
            if (column.isMissing(i)) {
                continue;
            }
            number.clear();
            switch (type) {
                case FLOAT -> number.putFloat((float) ((NumericColumn<?>) column).getDouble(i));
                case DOUBLE -> number.putDouble(((NumericColumn<?>) column).getDouble(i));
                case INT32 -> number.putInt((int) ((NumericColumn<?>) column).getDouble(i));
                case INT64 -> number.putLong(((LongColumn) column).getLong(i));
                default -> text = String.valueOf(column.get(i)).getBytes(StandardCharsets.UTF_8);
            }
            if (type == Type.BYTE_ARRAY) {
                number.putInt(text.length);
            }
            page.write(number.array(), 0, number.position());
            page.writeBytes(text);
        }
    }

    /** Eight a byte, the first in the lowest bit. */
    private static void bits(IntPredicate bit, int count, ByteArrayOutputStream to) {
        for (int i = 0; i < count; i += 8) {
            int packed = 0;
            for (int k = 0; k < 8 && i + k < count; k++) {
                packed |= bit.test(i + k) ? 1 << k : 0;
            }
            to.write(packed);
        }
    }

    private void emit(byte[] bytes) throws IOException {
        out.write(bytes);
        at += bytes.length;
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
