package panst3r.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.sentencepiece.SpTokenizer;
import ai.djl.sentencepiece.SpVocabulary;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import panst3r.PanSt3RException;

/** A prompt to the ids that a text tower was trained with. Holds native memory until closed. */
interface Tokenizer extends AutoCloseable {
    /** The ids of a prompt, end of text included, of any length. */
    int[] ids(String prompt);

    /** What a short text is filled up with. */
    int padding();

    @Override
    void close();

    /**
     * Ids cut or padded to {@code length}; what is cut keeps its end-of-text id.
     *
     * @param ids as {@link #ids} gives them
     */
    default int[] fit(int[] ids, int length) {
        int[] out = Arrays.copyOf(ids, length);
        if (ids.length > length) {
            out[length - 1] = ids[ids.length - 1];
        } else {
            Arrays.fill(out, ids.length, length, padding());
        }
        return out;
    }

    /**
     * SigLIP's: lower case, no ASCII punctuation, single blanks; then sentencepiece with the normaliser that its model file
     * holds (Kudo and Richardson 2018). End of text and padding are the same token.
     *
     * @param file {@code spiece.model}
     */
    static Tokenizer sentencePiece(Path file) {
        SpTokenizer pieces;
        try {
            pieces = new SpTokenizer(file);
        } catch (IOException | RuntimeException e) {
            throw new PanSt3RException(
                    file + " cannot be used as a sentencepiece model; download it again (" + e.getMessage() + ").", e);
        }
        int end = Math.toIntExact(SpVocabulary.from(pieces).getIndex("</s>"));
        return new Tokenizer() {
            @Override
            public int[] ids(String prompt) {
                int[] ids = pieces.getProcessor().encode(canonical(prompt));
                int[] out = Arrays.copyOf(ids, ids.length + 1);
                out[ids.length] = end;
                return out;
            }

            @Override
            public int padding() {
                return end;
            }

            @Override
            public void close() {
                pieces.close();
            }
        };
    }

    /** Lower case, ASCII punctuation left out, white space collapsed. */
    static String canonical(String prompt) {
        return prompt.toLowerCase(Locale.ROOT)
                .replaceAll("\\p{Punct}", "")
                .replaceAll("(?U)\\s+", " ")
                .strip();
    }

    /**
     * CLIP's and SigLIP 2's, by the library that Hugging Face wrote for such files.
     *
     * @param file {@code tokenizer.json}
     * @param pad name of the padding token
     */
    static Tokenizer huggingFace(Path file, String pad) {
        HuggingFaceTokenizer tokenizer;
        int padding = id(file, pad);
        try {
            Map<String, String> options = Map.of("padding", "false", "truncation", "false", "addSpecialTokens", "true");
            tokenizer = HuggingFaceTokenizer.newInstance(Files.newInputStream(file), options);
        } catch (IOException | RuntimeException e) {
            throw new PanSt3RException(
                    file + " cannot be used as a tokenizer; download it again (" + e.getMessage() + ").", e);
        }
        return new Tokenizer() {
            @Override
            public int[] ids(String prompt) {
                return Arrays.stream(tokenizer.encode(prompt).getIds())
                        .mapToInt(Math::toIntExact)
                        .toArray();
            }

            @Override
            public int padding() {
                return padding;
            }

            @Override
            public void close() {
                tokenizer.close();
            }
        };
    }

    private static int id(Path file, String token) {
        JsonObject json = TextConfig.json(file);
        if (json.get("added_tokens") instanceof JsonArray added) {
            for (JsonElement e : added) {
                if (e instanceof JsonObject o
                        && o.get("content") != null
                        && o.get("id") != null
                        && o.get("content").getAsString().equals(token)) {
                    return o.get("id").getAsInt();
                }
            }
        }
        throw new PanSt3RException(file + " has no padding token “" + token + "”; is it of another model?");
    }
}
