package ringfence.sandbox;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/// The directions of the house, as far as this module can see.
class HouseTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("ringfence.sandbox");

  @Test
  void importsNothingOfTheOtherModulesAndNoGraal() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ringfence.host..", "ringfence.jsruntime..", "org.graalvm..")
        .check(CLASSES);
  }

  @Test
  void onlyTheOsPackageMakesNativeCalls() {
    noClasses()
        .that()
        .resideOutsideOfPackage("ringfence.sandbox.os")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.lang.foreign.Linker")
        .check(CLASSES);
  }

  @Test
  void permissionsAndPolicyAskNoMachine() {
    noClasses()
        .that()
        .resideInAnyPackage("ringfence.sandbox.permission", "ringfence.sandbox.policy")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ringfence.sandbox.os", "ringfence.sandbox.launch", "ringfence.sandbox.port..")
        .check(CLASSES);
  }

  @Test
  void portsKnowNoProtocolAndNoLauncher() {
    noClasses()
        .that()
        .resideInAPackage("ringfence.sandbox.port..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ringfence.sandbox.protocol", "ringfence.sandbox.launch", "ringfence.sandbox.policy")
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("ringfence.sandbox.(*)..").should().beFreeOfCycles().check(CLASSES);
  }
}
