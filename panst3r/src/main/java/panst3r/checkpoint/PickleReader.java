package panst3r.checkpoint;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import panst3r.PanSt3RException;

/**
 * Reads a Python pickle as data. A pickle is a program for a small stack machine; this machine knows the instructions
 * that build containers, and of Python's classes exactly those in {@link #ALLOWED} (checkpoint.md, "Files"). Any other name
 * is an error that names it, and nothing is ever looked up, loaded or called by name.
 *
 * <p>Own code because {@code net.razorvine:pickle} keeps one table of constructors for the whole JVM, open to anyone, and
 * allocates whatever length the file announces.
 *
 * <p>What comes out: null, Boolean, Long, BigInteger, Double, String, byte[], List, {@link Tuple}, Set, Map (in order),
 * {@link Namespace}, {@link TensorData}, {@link NumpyArray}; NumPy scalars as Boolean, Long or Double. Containers may refer
 * to themselves, so walk them with care.
 *
 * <p>Memory is bounded by the file: no length is believed beyond what is left to read, and the number of instructions is
 * limited.
 */
final class PickleReader {
    /** Every name that means something here. NumPy 2 writes {@code numpy._core}; it is read as {@code numpy.core}. */
    static final Set<String> ALLOWED = Stream.concat(
                    Stream.of(
                            "collections.OrderedDict",
                            "argparse.Namespace",
                            "torch._utils._rebuild_tensor_v2",
                            "torch._utils._rebuild_parameter",
                            "numpy.core.multiarray._reconstruct",
                            "numpy.core.multiarray.scalar",
                            "numpy.ndarray",
                            "numpy.dtype",
                            "_codecs.encode",
                            "__builtin__.bytes"),
                    Arrays.stream(DType.values()).map(t -> "torch." + t.torchStorage()))
            .collect(Collectors.toUnmodifiableSet());

    /** A released checkpoint takes 50,000, four times that with its optimizer; bounds the objects that a file can make. */
    private static final int MOST_INSTRUCTIONS = 800_000;

    private static final int LONGEST_INTEGER = 1024;
    private static final int LONGEST_LINE = 4096;
    private static final int MOST_DIMENSIONS = 64;
    private static final long LARGEST_EXPANDED = 16 << 20;

    private static final Object MARK = new Object();

    /** The storages that the pickle's persistent ids name. */
    interface Storages {
        /** The bytes of a storage, or null if there is none of that key. */
        ByteBuffer find(String key);
    }

    /** A Python OrderedDict: the one dict that may be given a state. */
    static final class OrderedDict extends LinkedHashMap<Object, Object> {
        private static final long serialVersionUID = 1;
    }

    /** A name of {@link #ALLOWED} as a value. */
    private record Global(String name) {}

    private record Storage(String key, DType dtype, long elements, ByteBuffer bytes) {}

    private final ByteBuffer in;
    private final Storages storages;
    private final Function<String, PanSt3RException> error;
    private final ArrayList<Object> stack = new ArrayList<>();
    private final Map<Long, Object> memo = new HashMap<>();
    private long bytesMade;
    private long entriesCopied;

    /**
     * @param pickle from position to limit
     * @param error makes the exception from the reason
     */
    PickleReader(ByteBuffer pickle, Storages storages, Function<String, PanSt3RException> error) {
        this.in = pickle.slice().order(ByteOrder.LITTLE_ENDIAN);
        this.storages = storages;
        this.error = error;
    }

    /** Runs the pickle to its end and returns what it leaves. */
    Object read() {
        for (int n = 0; n < MOST_INSTRUCTIONS; n++) {
            int opcode = u8();
            if (opcode == '.') {
                return pop();
            }
            step(opcode);
        }
        throw fail("its pickle has more than " + MOST_INSTRUCTIONS + " instructions");
    }

    /** Where in the pickle the last instruction ended. */
    int position() {
        return in.position();
    }

    private void step(int opcode) {
        switch (opcode) {
            case 0x80 -> protocol(u8()); // PROTO
            case 0x95 -> u64(); // FRAME: a hint for buffering
            case '(' -> push(MARK);
            case '0' -> drop();
            case '1' -> popToMark();
            case '2' -> push(peek());

            case 'N' -> push(null);
            case 0x88 -> push(true);
            case 0x89 -> push(false);
            case 'J' -> push((long) i32());
            case 'K' -> push((long) u8());
            case 'M' -> push((long) u16());
            case 0x8a -> push(integer(u8()));
            case 0x8b -> push(integer(i32()));
            case 'I', 'L' -> push(integer(line()));
            case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(u64()))); // big-endian, alone of all
            case 'F' -> push(real(line()));

            case 'X' -> push(text(u32()));
            case 0x8c -> push(text(u8()));
            case 0x8d -> push(text(u64()));
            case 'T' -> push(latin(i32())); // T, U: strings of Python 2
            case 'U' -> push(latin(u8()));
            case 'V' -> push(unescaped(line()));
            case 'S' -> push(unquoted(line()));
            case 'B' -> push(array(u32()));
            case 'C' -> push(array(u8()));
            case 0x8e, 0x96 -> push(array(u64()));

            case ')' -> push(new Tuple());
            case 0x85 -> push(new Tuple(pop()));
            case 0x86 -> pushPair();
            case 0x87 -> pushTriple();
            case 't' -> push(new Tuple(popToMark().toArray()));
            case ']' -> push(new ArrayList<>(0));
            case 'l' -> push(popToMark());
            case 'a' -> appendAll(Collections.singletonList(pop()));
            case 'e' -> appendAll(popToMark());
            case '}' -> push(new LinkedHashMap<>(4));
            case 'd' -> pushDict(popToMark());
            case 's' -> setItem();
            case 'u' -> setItems(popToMark());
            case 0x8f -> push(new LinkedHashSet<>(4));
            case 0x90 -> addAll(popToMark());
            case 0x91 -> pushSet(popToMark());

            case 'p' -> put(memoIndex(line()));
            case 'q' -> put(u8());
            case 'r' -> put(u32());
            case 0x94 -> put(memo.size());
            case 'g' -> get(memoIndex(line()));
            case 'h' -> get(u8());
            case 'j' -> get(u32());

            case 'c' -> push(global(line(), line()));
            case 0x93 -> pushStackGlobal();
            case 'R', 0x81 -> pushCall(); // REDUCE and NEWOBJ: the same for the few names here
            case 'i' -> push(call(global(line(), line()), new Tuple(popToMark().toArray())));
            case 'o' -> pushObject(popToMark());
            case 'b' -> build(pop());
            case 'Q' -> push(storage(pop()));

            case 0x82, 0x83, 0x84 -> throw fail("its pickle uses an extension code (opcode EXT), which is refused");
            case 'P', 0x92, 0x97, 0x98 ->
                throw fail("its pickle uses opcode 0x" + Integer.toHexString(opcode) + ", which no checkpoint needs");
            default ->
                throw fail("its pickle has the unknown opcode 0x" + Integer.toHexString(opcode) + " at byte "
                        + (in.position() - 1) + ", so it is damaged or no checkpoint");
        }
    }

    // ---- the stack and the memo

    private void push(Object value) {
        stack.add(value);
    }

    private Object peek() {
        if (stack.isEmpty() || stack.get(stack.size() - 1) == MARK) {
            throw fail("its pickle takes a value from an empty stack");
        }
        return stack.get(stack.size() - 1);
    }

    private Object pop() {
        Object top = peek();
        stack.remove(stack.size() - 1);
        return top;
    }

    private void drop() {
        if (stack.isEmpty()) {
            throw fail("its pickle takes a value from an empty stack");
        }
        stack.remove(stack.size() - 1);
    }

    private ArrayList<Object> popToMark() {
        int mark = stack.size() - 1;
        while (mark >= 0 && stack.get(mark) != MARK) {
            mark--;
        }
        if (mark < 0) {
            throw fail("its pickle closes a group that was never opened");
        }
        ArrayList<Object> items = new ArrayList<>(stack.subList(mark + 1, stack.size()));
        stack.subList(mark, stack.size()).clear();
        return items;
    }

    private void put(long index) {
        memo.put(index, peek());
    }

    private void get(long index) {
        Object value = memo.get(index);
        if (value == null && !memo.containsKey(index)) {
            throw fail("its pickle refers to value " + index + ", which was never stored");
        }
        push(value);
    }

    // ---- containers

    private void pushPair() {
        Object second = pop();
        push(new Tuple(pop(), second));
    }

    private void pushTriple() {
        Object third = pop();
        Object second = pop();
        push(new Tuple(pop(), second, third));
    }

    private void pushDict(List<Object> items) {
        push(new LinkedHashMap<>());
        setItems(items);
    }

    private void pushSet(List<Object> items) {
        push(new LinkedHashSet<>());
        addAll(items);
    }

    @SuppressWarnings("unchecked")
    private void appendAll(List<Object> items) {
        if (!(peek() instanceof ArrayList<?> list)) {
            throw fail("its pickle appends to something that is not a list");
        }
        ((ArrayList<Object>) list).addAll(items);
    }

    private void setItem() {
        Object value = pop();
        setItems(Arrays.asList(pop(), value));
    }

    @SuppressWarnings("unchecked")
    private void setItems(List<Object> items) {
        if (!(peek() instanceof LinkedHashMap<?, ?> map) || items.size() % 2 != 0) {
            throw fail("its pickle sets an item of something that is not a dict");
        }
        for (int i = 0; i < items.size(); i += 2) {
            ((Map<Object, Object>) map).put(key(items.get(i)), items.get(i + 1));
        }
    }

    @SuppressWarnings("unchecked")
    private void addAll(List<Object> items) {
        if (!(peek() instanceof LinkedHashSet<?> set)) {
            throw fail("its pickle adds to something that is not a set");
        }
        items.forEach(i -> ((Set<Object>) set).add(key(i)));
    }

    /** Keys are scalars or flat tuples of scalars: hashing a deeper one could recurse, or take for ever. */
    private Object key(Object key) {
        if (isScalar(key) || key instanceof Tuple t && t.stream().allMatch(PickleReader::isScalar)) {
            return key;
        }
        throw fail("its pickle uses something as a key that is not text, a number or a flat tuple of these");
    }

    private static boolean isScalar(Object o) {
        return o == null || o instanceof String || o instanceof Number || o instanceof Boolean;
    }

    // ---- names and what may be done with them

    private Global global(String module, String name) {
        String full = module.replace("numpy._core.", "numpy.core.") + "." + name;
        if (name.contains(".") || !ALLOWED.contains(full)) {
            throw fail("its pickle names " + Text.quote(module + "." + name)
                    + ", which is not among the classes of a checkpoint and could run a program; "
                    + "nothing was run, and nothing from this source should be trusted");
        }
        return new Global(full);
    }

    private void pushStackGlobal() {
        Object name = pop();
        Object module = pop();
        if (!(name instanceof String n && module instanceof String m)) {
            throw fail("its pickle names a class by something that is not text");
        }
        push(global(m, n));
    }

    private void pushCall() {
        Object arguments = pop();
        push(call(pop(), arguments));
    }

    private void pushObject(List<Object> items) {
        if (items.isEmpty()) {
            throw fail("its pickle makes an object of no class");
        }
        push(call(items.get(0), new Tuple(items.subList(1, items.size()).toArray())));
    }

    private Object call(Object callable, Object arguments) {
        if (!(callable instanceof Global global)) {
            throw fail("its pickle calls something that is not a class");
        }
        if (!(arguments instanceof Tuple args)) {
            throw fail("its pickle calls " + global.name + " without a tuple of arguments");
        }
        return switch (global.name) {
            case "collections.OrderedDict" -> orderedDict(args);
            case "argparse.Namespace" -> {
                expect(args.isEmpty(), global.name);
                yield new Namespace();
            }
            case "torch._utils._rebuild_tensor_v2" -> tensor(args);
            case "torch._utils._rebuild_parameter" -> {
                expect(args.size() == 3 && args.get(0) instanceof TensorData, global.name);
                yield args.get(0);
            }
            case "numpy.core.multiarray._reconstruct" -> {
                expect(
                        args.size() == 3 && args.get(0) instanceof Global g && g.name.equals("numpy.ndarray"),
                        global.name);
                yield new NumpyArray();
            }
            case "numpy.core.multiarray.scalar" -> {
                expect(
                        args.size() == 2 && args.get(0) instanceof NumpyArray.Type && args.get(1) instanceof byte[],
                        global.name);
                yield numpy(() -> ((NumpyArray.Type) args.get(0)).scalar((byte[]) args.get(1)));
            }
            case "numpy.dtype" -> {
                expect(!args.isEmpty() && args.get(0) instanceof String, global.name);
                yield numpy(() -> new NumpyArray.Type((String) args.get(0)));
            }
            case "_codecs.encode" -> encode(args);
            case "__builtin__.bytes" -> { // how protocol 2 writes no bytes at all
                expect(args.isEmpty(), global.name);
                yield new byte[0];
            }
            default -> throw fail("its pickle calls " + global.name + ", which is only ever named");
        };
    }

    private OrderedDict orderedDict(Tuple args) {
        OrderedDict dict = new OrderedDict();
        if (!args.isEmpty()) {
            expect(args.size() == 1 && args.get(0) instanceof ArrayList<?>, "collections.OrderedDict");
            List<?> pairs = (List<?>) args.get(0);
            countCopied(pairs);
            for (Object pair : pairs) {
                expect(pair instanceof List<?> p && p.size() == 2, "collections.OrderedDict");
                dict.put(key(((List<?>) pair).get(0)), ((List<?>) pair).get(1));
            }
        }
        return dict;
    }

    /** How protocol 2 writes bytes: as text of the first 256 characters. */
    private byte[] encode(Tuple args) {
        expect(args.size() == 2 && args.get(0) instanceof String && "latin1".equals(args.get(1)), "_codecs.encode");
        String s = (String) args.get(0);
        bytesMade += s.length();
        if (bytesMade > in.capacity()) { // one text encoded again and again
            throw fail("its pickle makes more bytes than it holds");
        }
        byte[] bytes = s.getBytes(StandardCharsets.ISO_8859_1);
        if (s.chars().anyMatch(c -> c > 255)) {
            throw fail("its pickle has bytes that are not bytes");
        }
        return bytes;
    }

    private void build(Object state) {
        Object target = peek();
        if (target instanceof OrderedDict && (state == null || state instanceof Map<?, ?>)) {
            return; // a state dict's _metadata
        }
        if (target instanceof Namespace namespace && state instanceof Map<?, ?> fields) {
            countCopied(fields.keySet());
            fields.forEach((name, value) -> {
                expect(name instanceof String, "argparse.Namespace");
                namespace.set((String) name, value);
            });
        } else if (target instanceof NumpyArray array && state instanceof Tuple t) {
            numpy(() -> array.build(t));
        } else if (target instanceof NumpyArray.Type type && state instanceof Tuple t) {
            numpy(() -> type.build(t));
        } else {
            throw fail("its pickle sets the state of something that has none");
        }
    }

    /** Everything copied was read once, so an honest file copies less than it reads. */
    private void countCopied(Collection<?> items) {
        entriesCopied += items.size();
        if (entriesCopied > MOST_INSTRUCTIONS) {
            throw fail("its pickle copies the same values again and again");
        }
    }

    private void expect(boolean usual, String name) {
        if (!usual) {
            throw fail("its pickle uses " + name + " in a way that no checkpoint does");
        }
    }

    private interface NumpyStep {
        Object run();
    }

    private Object numpy(NumpyStep step) {
        try {
            return step.run();
        } catch (IllegalArgumentException e) {
            throw fail("a NumPy array in it " + e.getMessage());
        }
    }

    // ---- tensors

    private Storage storage(Object id) {
        if (!(id instanceof Tuple t
                && t.size() == 5
                && "storage".equals(t.get(0))
                && t.get(1) instanceof Global type
                && t.get(2) instanceof String key
                && t.get(4) instanceof Long elements)) {
            throw fail("its pickle describes a tensor storage in a way that torch.save never does");
        }
        DType dtype = Arrays.stream(DType.values())
                .filter(d -> type.name.equals("torch." + d.torchStorage()))
                .findFirst()
                .orElseThrow(() -> fail("storage " + Text.quote(key) + " is of no known type"));
        ByteBuffer bytes = storages.find(key);
        if (bytes == null) {
            throw fail("the tensor storage " + Text.quote(key) + " is missing from the file");
        }
        if (elements < 0 || bytes.remaining() / dtype.bytes() != elements || bytes.remaining() % dtype.bytes() != 0) {
            throw fail("the tensor storage " + Text.quote(key) + " should hold " + elements + " " + dtype + " but has "
                    + bytes.remaining() + " bytes");
        }
        return new Storage(key, dtype, elements, bytes);
    }

    private TensorData tensor(Tuple args) {
        expect(
                args.size() >= 6
                        && args.size() <= 7
                        && args.get(0) instanceof Storage
                        && args.get(1) instanceof Long
                        && args.get(2) instanceof Tuple
                        && args.get(3) instanceof Tuple,
                "torch._utils._rebuild_tensor_v2");
        Storage storage = (Storage) args.get(0);
        long offset = (Long) args.get(1);
        long[] shape = longs((Tuple) args.get(2), storage);
        long[] strides = longs((Tuple) args.get(3), storage);
        if (shape.length != strides.length || shape.length > MOST_DIMENSIONS) {
            throw misfit(storage, "has " + shape.length + " sizes and " + strides.length + " strides");
        }
        if (offset < 0
                || Arrays.stream(shape).anyMatch(s -> s < 0)
                || Arrays.stream(strides).anyMatch(s -> s < 0)) {
            throw misfit(storage, "has a negative offset, size or stride");
        }
        try {
            long elements = 1;
            long last = offset;
            for (int i = 0; i < shape.length; i++) {
                elements = Math.multiplyExact(elements, shape[i]);
                last = Math.addExact(last, Math.multiplyExact(Math.max(0, shape[i] - 1), strides[i]));
            }
            if (elements > 0 && last >= storage.elements || offset > storage.elements) {
                throw misfit(storage, "reaches to element " + last + " of " + storage.elements);
            }
            if (elements > Math.max(storage.elements, LARGEST_EXPANDED / storage.dtype.bytes())) {
                throw misfit(storage, "repeats " + storage.elements + " stored elements " + elements + " times over");
            }
        } catch (ArithmeticException e) {
            throw misfit(storage, "has sizes or strides beyond all bounds");
        }
        return new TensorData(storage.dtype, shape, storage.bytes, offset, strides);
    }

    private long[] longs(Tuple values, Storage storage) {
        long[] out = new long[values.size()];
        for (int i = 0; i < out.length; i++) {
            if (!(values.get(i) instanceof Long v)) {
                throw misfit(storage, "has a size or stride that is not an integer of 64 bits");
            }
            out[i] = v;
        }
        return out;
    }

    private PanSt3RException misfit(Storage storage, String why) {
        return fail("a tensor on storage " + Text.quote(storage.key) + " " + why);
    }

    // ---- reading the bytes

    private void protocol(int version) {
        if (version > 5) {
            throw fail("its pickle is of protocol " + version + ", which does not exist yet");
        }
    }

    /** Checks that so many bytes are left, before anything is made of that size. */
    private int need(long length) {
        if (length < 0 || length > in.remaining()) {
            throw fail("its pickle ends in the middle of a value; the download was probably cut");
        }
        return (int) length;
    }

    private int u8() {
        need(1);
        return in.get() & 0xff;
    }

    private int u16() {
        need(2);
        return in.getShort() & 0xffff;
    }

    private int i32() {
        need(4);
        return in.getInt();
    }

    private long u32() {
        return i32() & 0xffffffffL;
    }

    private long u64() {
        need(8);
        return in.getLong();
    }

    private byte[] array(long length) {
        byte[] out = new byte[need(length)];
        in.get(out);
        return out;
    }

    private String text(long length) {
        byte[] bytes = array(length);
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.indexOf('\ufffd') >= 0 && !Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)) {
            throw fail("its pickle has text that is not UTF-8");
        }
        return text;
    }

    private String latin(long length) {
        return new String(array(length), StandardCharsets.ISO_8859_1);
    }

    private String line() {
        int start = in.position();
        for (int i = start; i < in.limit() && i - start < LONGEST_LINE; i++) {
            if (in.get(i) == '\n') {
                String line = latin(i - start);
                in.position(i + 1);
                return line;
            }
        }
        throw fail("its pickle has a line without an end");
    }

    private Object integer(int length) {
        if (length > LONGEST_INTEGER) {
            throw fail("its pickle has an integer of " + length + " bytes");
        }
        byte[] bytes = array(length);
        for (int i = 0, j = bytes.length - 1; i < j; i++, j--) { // little-endian in the file
            byte b = bytes[i];
            bytes[i] = bytes[j];
            bytes[j] = b;
        }
        return small(bytes.length == 0 ? BigInteger.ZERO : new BigInteger(bytes));
    }

    private Object integer(String line) {
        if (line.equals("00") || line.equals("01")) { // how protocol 0 writes False and True
            return line.equals("01");
        }
        try {
            return small(new BigInteger(line.endsWith("L") ? line.substring(0, line.length() - 1) : line));
        } catch (NumberFormatException e) {
            throw fail("its pickle has " + Text.quote(line) + " for an integer");
        }
    }

    private static Object small(BigInteger i) {
        return i.bitLength() < 64 ? (Object) i.longValue() : i;
    }

    private Object real(String line) {
        try {
            return switch (line) {
                case "inf" -> Double.POSITIVE_INFINITY;
                case "-inf" -> Double.NEGATIVE_INFINITY;
                case "nan" -> Double.NaN;
                default -> Double.parseDouble(line);
            };
        } catch (NumberFormatException e) {
            throw fail("its pickle has " + Text.quote(line) + " for a number");
        }
    }

    private String unquoted(String line) {
        if (line.length() < 2
                || line.charAt(0) != line.charAt(line.length() - 1)
                || line.charAt(0) != '\'' && line.charAt(0) != '"') {
            throw fail("its pickle has text without quotes");
        }
        return unescaped(line.substring(1, line.length() - 1));
    }

    /** Protocol 0 only, which torch.save does not write: text with escapes is not worth a decoder. */
    private String unescaped(String line) {
        if (line.indexOf('\\') >= 0) {
            throw fail("its pickle has text in escapes of protocol 0; save it again with protocol 2 or later");
        }
        return line;
    }

    private long memoIndex(String line) {
        try {
            return Long.parseLong(line);
        } catch (NumberFormatException e) {
            throw fail("its pickle has " + Text.quote(line) + " for a memo index");
        }
    }

    private PanSt3RException fail(String why) {
        return error.apply(why);
    }
}
