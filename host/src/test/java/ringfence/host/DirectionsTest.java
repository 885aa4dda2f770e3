package ringfence.host;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/// The directions of the house, as far as the host goes.
class DirectionsTest {
  private static final JavaClasses HOST =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("ringfence.host");

  @Test
  void theHostNeverImportsWhatRunsInsideAWorker() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.graalvm..", "com.oracle.truffle..", "ringfence.jsruntime..")
        .check(HOST);
  }

  @Test
  void theHostMakesNoNativeCalls() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.lang.foreign..", "ringfence.sandbox.os..")
        .check(HOST);
  }

  @Test
  void theGraphAndLifecyclesKnowNothingOfWorkers() {
    noClasses()
        .that()
        .resideInAnyPackage("ringfence.host.graph..", "ringfence.host.lifecycle..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "ringfence.host", "ringfence.host.worker..", "ringfence.host.link..",
            "ringfence.sandbox.launch..", "ringfence.sandbox.port..")
        .check(HOST);
  }
}
