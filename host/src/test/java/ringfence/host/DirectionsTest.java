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
        .resideInAnyPackage("ringfence.host.graph..", "ringfence.host.lifecycle..", "ringfence.host.node..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "ringfence.host", "ringfence.host.worker..", "ringfence.host.link..",
            "ringfence.sandbox.launch..", "ringfence.sandbox.port..")
        .check(HOST);
  }

  @Test
  void theManagerKnowsNothingOfThoseWhoServeIt() {
    noClasses()
        .that()
        .resideOutsideOfPackages("ringfence.host.cli", "ringfence.host.http", "ringfence.host.state")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ringfence.host.cli", "ringfence.host.http", "ringfence.host.state")
        .check(HOST);
    noClasses()
        .that()
        .resideInAnyPackage("ringfence.host.http", "ringfence.host.state")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ringfence.host.cli")
        .check(HOST);
    noClasses()
        .that()
        .resideInAPackage("ringfence.host.state")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ringfence.host.http")
        .check(HOST);
  }

  // Whose users need not have it.
  @Test
  void onlyTheExtensionKnowsJUnit() {
    noClasses()
        .that()
        .resideOutsideOfPackage("ringfence.host.junit")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.junit..", "ringfence.host.junit")
        .check(HOST);
  }

  // What a client command loads before it asks is what it takes to answer.
  @Test
  void clientCommandsLoadNoServerAndNoManager() {
    noClasses()
        .that()
        .resideInAPackage("ringfence.host.cli")
        .and()
        .haveSimpleNameNotEndingWith("HostCommand")
        .and()
        .doNotHaveSimpleName("Rehearsal")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ringfence.host.http")
        .check(HOST);
    noClasses()
        .that()
        .haveNameMatching("ringfence\\.host\\.cli\\.(Host(Client|Option|Exception)|Services?(Row|Command)|(Ps|Start|Close|Restart|Destroy|Call|Logs|Events|Inspect)Command|Frames)")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ringfence.host", "ringfence.host.broker", "ringfence.host.state", "ringfence.host.manifest", "org.eclipse.jetty..")
        .check(HOST);
  }
}
