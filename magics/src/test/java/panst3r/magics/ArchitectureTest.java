package panst3r.magics;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The commands know a kernel only as {@link Bridge}, and the network only through the library. */
@AnalyzeClasses(packages = "panst3r.magics", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule noKernel = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.dflib.jjava..", "io.github.spencerpark..", "panst3r.jjava..", "panst3r.ijava..");

    @ArchTest
    static final ArchRule noTensors =
            noClasses().should().dependOnClassesThat().resideInAnyPackage("ai.djl.ndarray..", "panst3r.nn..");

    @ArchTest
    static final ArchRule tablesAreMadeOfScenesAlone = noClasses()
            .that()
            .resideInAPackage("panst3r.magics.tables..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("panst3r.magics", "panst3r.magics.commands..", "panst3r.magics.display..");
}
