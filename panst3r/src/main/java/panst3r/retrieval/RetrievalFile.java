package panst3r.retrieval;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import panst3r.PanSt3RException;
import panst3r.UserCache;
import panst3r.checkpoint.Namespace;
import panst3r.checkpoint.NumpyArray;
import panst3r.checkpoint.PickleFile;
import panst3r.checkpoint.TensorData;
import panst3r.checkpoint.Weights;

/**
 * The retrieval part of a checkpoint, read and checked (retrieval.md).
 *
 * @param width D of the encoder tokens
 * @param sizes of the projector's layers; empty without a projector
 * @param residual whether the projector's input is added to its output
 * @param features how many are kept of an image; negative: minus the part of all tokens
 * @param weights of whitening and projector
 * @param centroids [words, d]
 * @param databaseWords words of a feature of a database image
 * @param queryWords words of a feature of a query
 * @param threshold see {@link Asmk}
 * @param alpha see {@link Asmk}
 */
record RetrievalFile(
        int width,
        List<Integer> sizes,
        boolean residual,
        double features,
        Weights weights,
        TensorData centroids,
        int databaseWords,
        int queryWords,
        double threshold,
        double alpha) {
    /** Endings of the two files of MUSt3R's separate form. */
    private static final String WEIGHTS = "_trainingfree.pth";

    private static final String CODEBOOK = "_codebook.pkl";

    /** Of all that the words of an image depend on beside its tokens. */
    byte[] digest() {
        MessageDigest digest = UserCache.digest();
        String how = sizes + " " + residual + " " + features + " " + databaseWords + " " + queryWords;
        digest.update(("ASMK " + how + "\n").getBytes(StandardCharsets.UTF_8));
        for (String name : new TreeSet<>(weights.names())) {
            add(digest, name, weights.get(name));
        }
        add(digest, "centroids", centroids);
        return digest.digest();
    }

    private static void add(MessageDigest digest, String name, TensorData tensor) {
        digest.update((name + tensor + "\n").getBytes(StandardCharsets.UTF_8));
        digest.update(tensor.data().duplicate());
    }

    /** @param codebook or null for the one in the same file, or beside it under the usual name */
    static RetrievalFile read(Path file, Path codebook) {
        Object root = PickleFile.read(existing(file));
        Map<?, ?> top = map(file, root, "it is no dict");
        if (top.get("retrieval") instanceof Map<?, ?> inside) {
            top = inside;
        }
        if (codebook == null && top.get("asmk_codebook") == null) {
            codebook = beside(file);
        }
        return of(file, top, codebook == null ? top.get("asmk_codebook") : PickleFile.read(existing(codebook)));
    }

    /** @param retrieval what a checkpoint holds under that name */
    static RetrievalFile of(Path file, Object retrieval) {
        Map<?, ?> top = map(file, retrieval, "its retrieval is no dict");
        return of(file, top, top.get("asmk_codebook"));
    }

    private static RetrievalFile of(Path file, Map<?, ?> top, Object codebook) {
        if (!(top.get("args") instanceof Namespace args)) {
            throw fail(file, "it has no args that say how its weights are used");
        }
        if (!"l2norm".equals(args.get("featweights"))) {
            throw fail(file, "its featweights are not l2norm, the only kind that is known");
        }
        Map<String, TensorData> tensors = new LinkedHashMap<>();
        map(file, top.get("model"), "it has no model").forEach((name, tensor) -> {
            if (name instanceof String s && tensor instanceof TensorData t) {
                tensors.put(s, t);
            }
        });
        List<Integer> sizes = sizes(file, args.get("hdims"));
        TensorData centroids = centroids(file, codebook);
        int last = Math.toIntExact(centroids.shape()[1]);
        int width = width(args, sizes, tensors, last);
        boolean residual = Boolean.TRUE.equals(args.get("residual"));
        int projected = sizes.isEmpty() ? width : sizes.get(sizes.size() - 1);
        checkTensors(file, args, sizes, tensors, width, projected);
        if (projected != last) {
            throw fail(file, "its codebook is of width " + last + ", but its features are of width " + projected);
        }
        if (residual && projected != width) {
            throw fail(file, "its residual adds features of width " + width + " and " + projected);
        }
        Object params = top.get("asmk_params");
        if (Boolean.TRUE.equals(at(params, "build_ivf", "ivf", "use_idf"))
                || Boolean.FALSE.equals(at(params, "build_ivf", "kernel", "binary"))) {
            throw fail(file, "it asks for another kind of ASMK than the binary one without idf");
        }
        return new RetrievalFile(
                width,
                sizes,
                residual,
                number(file, args.get("nfeat"), "nfeat", Double.NaN),
                new Weights(tensors),
                centroids,
                words(file, at(params, "build_ivf", "quantize", "multiple_assignment"), 1),
                words(file, at(params, "query_ivf", "quantize", "multiple_assignment"), 5),
                number(file, at(params, "query_ivf", "similarity", "similarity_threshold"), "similarity_threshold", 0),
                number(file, at(params, "query_ivf", "similarity", "alpha"), "alpha", 3));
    }

    /** Width of the encoder tokens: of the first thing that they meet. */
    private static int width(Namespace args, List<Integer> sizes, Map<String, TensorData> tensors, int codebook) {
        TensorData first = args.get("prewhiten") != null
                ? tensors.get("prewhiten.p")
                : sizes.isEmpty() ? null : tensors.get("projector.0.weight");
        if (first == null || first.shape().length != 2) {
            return codebook; // if something is missing, the check of the shapes says so
        }
        return Math.toIntExact(first.shape()[args.get("prewhiten") != null ? 0 : 1]);
    }

    private static void checkTensors(
            Path file, Namespace args, List<Integer> sizes, Map<String, TensorData> tensors, int width, int projected) {
        Map<String, long[]> layout = new LinkedHashMap<>();
        if (args.get("prewhiten") != null) {
            layout.put("prewhiten.m", new long[] {1, width});
            layout.put("prewhiten.p", new long[] {width, width});
        }
        int from = width;
        for (int i = 0; i < sizes.size(); i++) {
            if (i > 0) {
                layout.put("projector." + (3 * i - 2) + ".weight", new long[] {from});
                layout.put("projector." + (3 * i - 2) + ".bias", new long[] {from});
            }
            layout.put("projector." + 3 * i + ".weight", new long[] {sizes.get(i), from});
            layout.put("projector." + 3 * i + ".bias", new long[] {sizes.get(i)});
            from = sizes.get(i);
        }
        if (args.get("postwhiten") != null) {
            layout.put("postwhiten.m", new long[] {1, projected});
            layout.put("postwhiten.p", new long[] {projected, projected});
        }
        layout.forEach((name, shape) -> {
            TensorData tensor = tensors.get(name);
            if (tensor == null || !tensor.dtype().isFloating() || !Arrays.equals(tensor.shape(), shape)) {
                throw fail(
                        file,
                        name + " is " + (tensor == null ? "missing" : tensor.toString()) + " instead of "
                                + Arrays.toString(shape));
            }
        });
        // what the args do not ask for is not used, even if it is there
        tensors.keySet().retainAll(layout.keySet());
    }

    private static List<Integer> sizes(Path file, Object hdims) {
        List<Integer> sizes = new ArrayList<>();
        if (hdims instanceof String s && s.matches("(\\d{1,5}(_\\d{1,5}){0,20})?")) {
            for (String size : s.isEmpty() ? new String[0] : s.split("_")) {
                sizes.add(Integer.parseInt(size));
            }
            return sizes;
        }
        throw fail(file, "its hdims are no sizes joined by “_”");
    }

    private static TensorData centroids(Path file, Object codebook) {
        Object found = at(codebook, "state", "centroids");
        TensorData tensor = found instanceof NumpyArray a ? a.tensor() : found instanceof TensorData t ? t : null;
        if (tensor == null
                || !tensor.dtype().isFloating()
                || tensor.shape().length != 2
                || tensor.elements() == 0
                || tensor.shape()[0] > 1_000_000) {
            throw fail(file, "its codebook has no state.centroids of [words, width]");
        }
        return tensor;
    }

    private static int words(Path file, Object value, int otherwise) {
        double number = number(file, value, "multiple_assignment", otherwise);
        if (number < 1 || number > 100) {
            throw fail(file, "its multiple_assignment is " + number + " instead of 1 to 100");
        }
        return (int) number;
    }

    private static double number(Path file, Object value, String name, double otherwise) {
        if (value == null && !Double.isNaN(otherwise)) {
            return otherwise;
        }
        if (value instanceof Number n && Double.isFinite(n.doubleValue())) {
            return n.doubleValue();
        }
        throw fail(file, "its " + name + " is no number");
    }

    private static Object at(Object dict, String... path) {
        for (String name : path) {
            dict = dict instanceof Map<?, ?> m ? m.get(name) : null;
        }
        return dict;
    }

    private static Map<?, ?> map(Path file, Object value, String otherwise) {
        if (value instanceof Map<?, ?> m) {
            return m;
        }
        throw fail(file, otherwise);
    }

    private static Path beside(Path file) {
        String name = file.getFileName().toString();
        if (!name.endsWith(WEIGHTS)) {
            throw fail(file, "it holds no codebook; name the file of the codebook too");
        }
        return file.resolveSibling(name.substring(0, name.length() - WEIGHTS.length()) + CODEBOOK);
    }

    private static Path existing(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new PanSt3RException("There is no file " + file.toAbsolutePath() + "; retrieval needs two, " + "…"
                    + WEIGHTS + " and …" + CODEBOOK + ", or a checkpoint that holds both.");
        }
        return file;
    }

    private static PanSt3RException fail(Path file, String why) {
        return new PanSt3RException(file + " cannot be used for retrieval: " + why + ".");
    }
}
