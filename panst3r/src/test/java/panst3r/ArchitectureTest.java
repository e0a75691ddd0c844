package panst3r;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Dependencies point one way, and each room touches only what it may. */
@AnalyzeClasses(packages = "panst3r", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule noCycles = slices().matching("panst3r.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule mergeRunsWithoutTheNativeLibrary = noClasses()
            .that()
            .resideInAnyPackage(
                    "panst3r.merge..", "panst3r.scene..", "panst3r.image..", "panst3r.checkpoint..", "panst3r.splat..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("ai.djl..", "panst3r.nn..", "panst3r.model..");

    @ArchTest
    static final ArchRule mergeKnowsNoPrediction = noClasses()
            .that()
            .resideInAPackage("panst3r.merge..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("panst3r.inference..", "panst3r.scene..", "panst3r.image..");

    @ArchTest
    static final ArchRule networkKnowsNoFilesAndNoPhotos = noClasses()
            .that()
            .resideInAnyPackage("panst3r.nn..", "panst3r.model..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("panst3r.image..", "panst3r.inference..", "panst3r.merge..", "panst3r.scene..");

    @ArchTest
    static final ArchRule textAndRetrievalKnowTheNetworksPartsOnly = noClasses()
            .that()
            .resideInAnyPackage("panst3r.text..", "panst3r.retrieval..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "panst3r.model..", "panst3r.image..", "panst3r.inference..", "panst3r.merge..", "panst3r.scene..");

    @ArchTest
    static final ArchRule nnKnowsNoModel = noClasses()
            .that()
            .resideInAPackage("panst3r.nn..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("panst3r.model..");

    @ArchTest
    static final ArchRule onlyCheckpointParsesWeightFiles = classes()
            .that()
            .haveSimpleNameStartingWith("Pickle")
            .should()
            .resideInAPackage("panst3r.checkpoint..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule roomsStandAlone = classes()
            .that()
            .resideInAPackage("panst3r.rooms..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "panst3r",
                    "panst3r.rooms..",
                    "panst3r.image..",
                    "java..",
                    "javax..",
                    "org.w3c.dom..",
                    "com.google.gson..",
                    "com.drew..");

    @ArchTest
    static final ArchRule exportComesLast = noClasses()
            .that()
            .resideOutsideOfPackages("panst3r.export..", "panst3r.figure..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("panst3r.export..");

    @ArchTest
    static final ArchRule figureComesLast = noClasses()
            .that()
            .resideOutsideOfPackage("panst3r.figure..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("panst3r.figure..");
}
