package panst3r.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import panst3r.Fixtures.Tensor;

/** The pieces against the authors' numbers. */
@Tag("parity")
class OpsParityTest {
    @TestFactory
    List<DynamicTest> rope() {
        Pattern name = Pattern.compile("base(\\d+)(?:_(\\d+)_(\\d+))?");
        return OpFixture.test("rope2d", f -> {
            for (String stem : stems(f)) {
                Matcher m = name.matcher(stem);
                boolean named = m.matches();
                double base = named ? Double.parseDouble(m.group(1)) : 100;
                double scale = named && m.group(2) != null
                        ? Double.parseDouble(m.group(2)) / Double.parseDouble(m.group(3))
                        : 1;
                NDArray x = f.get(stem + ".input").swapAxes(1, 2); // [B, N, heads, d]
                Rope2d rope = new Rope2d(base, scale, (int) x.getShape().get(3), f.manager);
                Tensor positions = f.tensors.getOrDefault(stem + ".positions", f.tensors.get("positions"));
                f.check(
                        stem + ".output",
                        perImage(rope, positions, x, Rope2d.Table::rotate).swapAxes(1, 2));
            }
        });
    }

    @TestFactory
    List<DynamicTest> blocks() {
        return OpFixture.test("blocks", f -> {
            for (String kind : List.of("enc", "mixer")) {
                if (f.has(kind + ".input")) {
                    long width = f.shape(kind + ".input").get(2);
                    OpFixture.withHeads(width / 4, heads -> block(f, kind, heads));
                }
            }
        });
    }

    private static void block(OpFixture f, String kind, int heads) {
        NDArray x = f.get(kind + ".input");
        Block block = Block.of(f.parameters(kind + "."), heads, kind.equals("enc") ? LayerNorm.EPS_6 : LayerNorm.EPS_5);
        Rope2d rope = new Rope2d(100, 1, (int) x.getShape().get(2) / heads, f.manager);
        Tensor positions = f.tensors.get("positions");
        f.check(kind + ".output", perImage(rope, positions, x, (t, r) -> block.forward(r, t)));
        NDArray normed = block.norm1().forward(x);
        f.check(
                kind + ".attention",
                perImage(rope, positions, normed, (t, r) -> block.attn().forward(r, t)));
        if (f.has(kind + ".small_variance_input")) {
            NDArray small = f.get(kind + ".small_variance_input");
            f.check(kind + ".small_variance_output", perImage(rope, positions, small, (t, r) -> block.forward(r, t)));
        }
    }

    @TestFactory
    List<DynamicTest> maskedAttention() {
        return OpFixture.test(
                "mha-mask",
                f -> OpFixture.withHeads(f.shape("query").get(1), heads -> {
                    Linear projection = new Linear(f.get("out_proj_weight"), f.get("out_proj_bias"));
                    NDArray out = new StackedAttention(
                                    f.get("in_proj_weight"), f.get("in_proj_bias"), projection, heads)
                            .forward(
                                    f.get("query").expandDims(0),
                                    f.get("key").expandDims(0),
                                    f.get("value").expandDims(0),
                                    Masks.visible(f.get("hidden").gt(0)));
                    f.check("output", out.squeeze(0));
                }));
    }

    @TestFactory
    List<DynamicTest> bilinear() {
        return OpFixture.test("bilinear", f -> {
            for (String stem : stems(f)) {
                Shape from = f.shape(stem + ".input");
                Shape to = f.shape(stem + ".output");
                Resize resize = Resize.bilinear(
                        f.manager, (int) from.get(1), (int) from.get(2), (int) to.get(1), (int) to.get(2));
                f.check(stem + ".output", resize.planes(f.get(stem + ".input")));
                NDArray tokens = f.get(stem + ".input").flatten(1, 2).transpose();
                f.check(stem + ".output", resize.tokens(tokens).transpose().reshape(to));
            }
        });
    }

    private static List<String> stems(OpFixture f) {
        return f.tensors.keySet().stream()
                .filter(n -> n.endsWith(".input"))
                .map(n -> n.substring(0, n.length() - 6))
                .toList();
    }

    private interface Turn {
        NDArray of(Rope2d.Table table, NDArray image);
    }

    /** The fixtures give every image of a batch positions of its own. */
    private static NDArray perImage(Rope2d rope, Tensor positions, NDArray x, Turn turn) {
        int tokens = positions.shape()[1];
        NDList out = new NDList();
        for (int b = 0; b < x.getShape().get(0); b++) {
            int[] rows = new int[tokens];
            int[] columns = new int[tokens];
            for (int t = 0; t < tokens; t++) {
                int at = 2 * (b * tokens + t);
                rows[t] = (int) positions.values()[at];
                columns[t] = (int) positions.values()[at + 1];
            }
            out.add(turn.of(rope.positions(rows, columns), x.get("{}:{}", b, b + 1)));
        }
        return NDArrays.concat(out, 0);
    }
}
