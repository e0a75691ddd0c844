package panst3r.magics.commands;

import java.util.Arrays;
import java.util.List;
import panst3r.magics.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "classes",
        description =
                "Choose what to look for. A scene that is there is named and merged anew; the network does not run.")
final class ClassesCommand extends SessionCommand {
    @Parameters(
            arity = "0..*",
            paramLabel = "NAME,…",
            description =
                    "Names of classes, such as chair,table,\"floor lamp\". Without a text encoder: classes that the"
                            + " model knows.")
    private List<String> names;

    @Option(
            names = "--vocabulary",
            paramLabel = "LIST",
            description = "Names from a list: scannet, coco, ade20k, or a text file with one name a line.")
    private String vocabulary;

    @Option(
            names = "--text",
            paramLabel = "FOLDER",
            description = "The text encoder: a folder with config.json, model.safetensors and spiece.model (SigLIP) or"
                    + " tokenizer.json. Said once, it stays.")
    private String text;

    @Option(names = "--scene", paramLabel = "SCENE", description = "Which scene to name anew; default: the latest.")
    private String scene;

    ClassesCommand(Session session) {
        super(session);
    }

    @Override
    public Object call() {
        List<String> each = names == null
                ? null
                : names.stream()
                        .flatMap(word -> Arrays.stream(word.split(",")))
                        .filter(name -> !name.isBlank())
                        .toList();
        return session.classes(each, vocabulary, text, scene);
    }
}
