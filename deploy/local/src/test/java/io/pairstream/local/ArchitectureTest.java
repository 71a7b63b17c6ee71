package io.pairstream.local;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasParameterTypes.Predicates.rawParameterTypes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.pairstream.cli.options.OptionGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The boundaries of the modules: what may know what.
class ArchitectureTest {
  private static final String TRAINER = "io.pairstream.trainer..";

  /// The packages of each module, and the modules that it may know.
  private static final Map<String, List<String>> PACKAGES =
      Map.of(
          "core",
              packages(
                  "clip", "crop", "wire", "config", "run", "journal", "metrics", "verify", "ops"),
          "augmentation", packages("augment", "kernel"),
          "cli", packages("cli", "process"),
          "broker", packages("broker"),
          "producer", packages("producer"),
          "augmenter", packages("augmenter"),
          "trainer", packages("trainer"),
          "watch", packages("watch"));

  private static final Map<String, Set<String>> MAY_KNOW =
      Map.of(
          "core", Set.of(),
          "augmentation", Set.of("core"),
          "cli", Set.of("core", "augmentation"),
          "broker", Set.of("core", "cli"),
          "producer", Set.of("core", "cli", "augmentation"),
          "augmenter", Set.of("core", "cli", "augmentation"),
          "trainer", Set.of("core", "cli"),
          "watch", Set.of("core", "cli", "augmentation"));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("io.pairstream");

  private static List<String> packages(String... names) {
    return Arrays.stream(names).map(name -> "io.pairstream." + name + "..").toList();
  }

  @Test
  void theServicesStandOnWhatTheyShareAndNeverOnEachOther() {
    PACKAGES.forEach((module, own) -> {
      List<String> others = new ArrayList<>(packages("local"));
      PACKAGES.forEach((other, packages) -> {
        if (!other.equals(module) && !MAY_KNOW.getOrDefault(module, Set.of()).contains(other)) {
          others.addAll(packages);
        }
      });
      noClasses()
          .that()
          .resideInAnyPackage(own.toArray(String[]::new))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(others.toArray(String[]::new))
          .check(CLASSES);
    });
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

  /// Without a heading their options would stand among the command's own.
  @Test
  void sharedOptionsHaveAHeadingInTheHelp() {
    classes()
        .that()
        .haveSimpleNameEndingWith("Flags")
        .should()
        .beAnnotatedWith(OptionGroup.class)
        .check(CLASSES);
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

  @Test
  void everyTopLevelClassHasANameOfItsOwn() {
    Map<String, List<String>> homes =
        CLASSES.stream()
            .filter(one -> one.isTopLevelClass() && !one.getSimpleName().equals("package-info"))
            .collect(
                Collectors.groupingBy(
                    JavaClass::getSimpleName,
                    Collectors.mapping(JavaClass::getName, Collectors.toList())));
    assertThat(homes).isNotEmpty().allSatisfy((_, classes) -> assertThat(classes).hasSize(1));
  }

  /// What they are the options of is in the name: `StepOptions`, not `TrainStep.Options`.
  @Test
  void noClassIsNamedOptionsAlone() {
    noClasses().should().haveSimpleName("Options").check(CLASSES);
  }
}
