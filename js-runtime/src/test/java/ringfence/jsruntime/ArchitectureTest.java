package ringfence.jsruntime;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/// The directions of the house, as far as this module sees them.
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("ringfence");

  @Test
  void onlyTheRuntimeImportsGraal() {
    noClasses()
        .that()
        .resideOutsideOfPackage("ringfence.jsruntime..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.graalvm..", "com.oracle.truffle..")
        .check(CLASSES);
  }

  @Test
  void theRuntimeDoesNotImportTheHost() {
    noClasses()
        .that()
        .resideInAPackage("ringfence.jsruntime..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ringfence.host..", "ringfence.sandbox.os..")
        .check(CLASSES);
  }

  /// The engine's own insides are for an instrument alone.
  @Test
  void onlyTheObserverLooksIntoTheEngine() {
    noClasses()
        .that()
        .resideOutsideOfPackage("ringfence.jsruntime.observer..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.oracle.truffle..")
        .check(CLASSES);
  }

  @Test
  void theLoopKnowsNeitherGraalNorServices() {
    noClasses()
        .that()
        .resideInAPackage("ringfence.jsruntime.loop..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.graalvm..", "ringfence.jsruntime.context..", "ringfence.jsruntime.service..")
        .check(CLASSES);
  }
}
