package io.pairstream.local;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasParameterTypes.Predicates.rawParameterTypes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/// The boundaries of the modules: what may know what.
class ArchitectureTest {
  private static final String CORE = "io.pairstream.(clip|crop|wire|config|run|verify|ops)..";
  private static final String PRODUCER = "io.pairstream.producer..";
  private static final String AUGMENTER = "io.pairstream.augmenter..";
  private static final String TRAINER = "io.pairstream.trainer..";
  private static final String LOCAL = "io.pairstream.local..";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("io.pairstream");

  @Test
  void theServicesDependOnCoreAndNeverOnEachOther() {
    noClasses()
        .that()
        .resideInAPackage(PRODUCER)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(AUGMENTER, TRAINER, LOCAL)
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage(AUGMENTER)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(PRODUCER, TRAINER, LOCAL)
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage(TRAINER)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(PRODUCER, AUGMENTER, LOCAL)
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage(CORE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(PRODUCER, AUGMENTER, TRAINER, LOCAL)
        .check(CLASSES);
  }

  @Test
  void whatTravelsUsesTheJdkOnly() {
    classes()
        .that()
        .resideInAPackage("io.pairstream.clip..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("io.pairstream.clip..", "java..", "org.jspecify.annotations..")
        .check(CLASSES);
  }

  @Test
  void eachNativeLibraryHasOnePackageThatKnowsIt() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.pairstream.producer.video..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.bytedeco.ffmpeg..", "org.bytedeco.javacv..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideOutsideOfPackage("io.pairstream.augmenter.cuda..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.bytedeco.cuda..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideOutsideOfPackage(TRAINER)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl..")
        .check(CLASSES);
  }

  /// The backward pass reads such a number again, in a buffer that may have been collected;
  /// `Torch.times` and `Torch.over` keep it.
  @Test
  void noGradientFlowsThroughANumberInABuffer() {
    noClasses()
        .that()
        .resideInAnyPackage("io.pairstream.trainer.model..", "io.pairstream.trainer.loss..")
        .should()
        .callMethodWhere(
            target(nameMatching("(mul|div|pow|mod)i?|maximum|minimum"))
                .and(target(rawParameterTypes(Number.class))))
        .check(CLASSES);
  }

  @Test
  void theWorkersNeverSeeKafka() {
    noClasses()
        .that()
        .haveSimpleName("PairMaker")
        .or()
        .haveSimpleName("TrainingLoop")
        .or()
        .resideInAnyPackage(
            "io.pairstream.producer.video..",
            "io.pairstream.producer.sample..",
            "io.pairstream.crop..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.kafka..")
        .check(CLASSES);
  }

  @Test
  void noPackagesDependOnEachOtherInACycle() {
    slices().matching("io.pairstream.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void namesSayWhatAClassIs() {
    noClasses()
        .should()
        .haveSimpleNameEndingWith("Util")
        .orShould()
        .haveSimpleNameEndingWith("Utils")
        .orShould()
        .haveSimpleNameEndingWith("Helper")
        .orShould()
        .haveSimpleNameEndingWith("Manager")
        .orShould()
        .haveSimpleNameEndingWith("Impl")
        .orShould()
        .haveSimpleNameStartingWith("Base")
        .check(CLASSES);
  }
}
