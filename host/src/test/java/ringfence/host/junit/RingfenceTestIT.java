package ringfence.host.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import ringfence.host.HostOptions;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServicesManager;

/// Test classes of a user, run by JUnit itself, with real workers.
class RingfenceTestIT {
  /// What the classes below leave behind, for those who look at it afterwards.
  private static final List<ServicesManager> LEFT = new ArrayList<>();
  private static final List<ServicesManager> SEEN = new ArrayList<>();
  private static final CountDownLatch OVER = new CountDownLatch(1);

  @BeforeEach
  @AfterEach
  void closeWhatWasLeft() {
    LEFT.forEach(ServicesManager::close);
    LEFT.clear();
    SEEN.clear();
  }

  private static ServiceDefinition adder() {
    return ServiceDefinition.named("adder").code("export const add = (a, b) => a + b;").build();
  }

  private static void add(ServicesManager services) {
    services.create(adder());
    services.start("adder");
    try (var client = services.connect("adder")) {
      assertThat(client.call("adder", "add", 40, 2).asInt()).isEqualTo(42);
    }
  }

  private static ServicesManager leaves(ServicesManager services) {
    LEFT.add(services);
    return services;
  }

  @RingfenceTest
  static class Clean {
    @BeforeEach
    void prepare(ServicesManager services) {
      SEEN.add(services);
    }

    @Test
    void leavesItsServiceToTheExtension(ServicesManager services) {
      add(services);
      SEEN.add(services);
    }

    @Test
    void startsNothing() {}
  }

  @Test
  void aTestHasAManagerWhichIsClosedWithItsServices() {
    assertThat(run(Clean.class)).isEqualTo(Map.of("leavesItsServiceToTheExtension", "", "startsNothing", ""));
    assertThat(SEEN).hasSize(3);
    assertThat(SEEN.stream().distinct()).as("one a test").hasSize(2);
    assertThat(SEEN).allSatisfy(services -> assertThatThrownBy(services::statuses).hasMessage("the services manager is closed"));
  }

  static class Leaking {
    @Test
    @RingfenceTest
    void leavesAWorker(ServicesManager services) {
      add(services);
      add(leaves(ServicesManager.open(HostOptions.defaults())));
    }

    @Test
    @RingfenceTest
    void startsAThreadOfItsOwn() {
      Thread.ofPlatform().daemon().start(() -> assertThat(OVER.getCount()).isGreaterThanOrEqualTo(0));
    }

    @Test
    @RingfenceTest
    void failsByItself(ServicesManager services) {
      leaves(ServicesManager.open(HostOptions.defaults())).create(adder());
      services.start("none");
    }

    @Test
    void isNobodysConcern() {
      leaves(ServicesManager.open(HostOptions.defaults())).create(adder());
    }
  }

  @Test
  void whatOutlivesATestFailsItAndIsNamed() {
    Map<String, String> failures = run(Leaking.class);
    assertThat(failures.get("leavesAWorker"))
        .contains("left over from this test: worker process ", "thread ringfence-manager #", "descriptor ", "[pidfd]")
        .endsWith("; close every ServicesManager that it opens");
    assertThat(failures.get("failsByItself"))
        .startsWith("ringfence.host.ServiceException")
        .contains("none", "left over from this test: thread ringfence-manager #")
        .doesNotContain("process ", "descriptor ");
    assertThat(failures.get("startsAThreadOfItsOwn")).isEmpty();
    assertThat(failures.get("isNobodysConcern")).isEmpty();
  }

  /// Bounds.
  public static final class FewServices implements Supplier<HostOptions> {
    @Override
    public HostOptions get() {
      return HostOptions.defaults().withMostServices(1);
    }
  }

  @RingfenceTest(options = FewServices.class)
  static class OfAClass {
    @BeforeAll
    static void prepare(ServicesManager services) {
      services.create(adder());
      SEEN.add(services);
    }

    @Test
    void getsTheManagerOfItsClass(ServicesManager services) {
      SEEN.add(services);
      assertThat(services.statuses()).hasSize(1);
    }

    @Test
    void keepsToItsOptions(ServicesManager services) {
      SEEN.add(services);
      assertThatThrownBy(() -> services.create(ServiceDefinition.named("b").code("").build())).hasMessageContaining("1 service");
    }
  }

  @Test
  void aClassThatTakesAManagerBeforeAllHasOneForAll() {
    assertThat(run(OfAClass.class)).isEqualTo(Map.of("getsTheManagerOfItsClass", "", "keepsToItsOptions", ""));
    assertThat(SEEN).hasSize(3);
    assertThat(SEEN.stream().distinct()).hasSize(1);
    assertThatThrownBy(SEEN.getFirst()::statuses).hasMessage("the services manager is closed");
  }

  /// Runs a class, its own tests alone.
  ///
  /// @return the failure of each test, with what is suppressed in it; empty for one that passed
  private static Map<String, String> run(Class<?> tests) {
    Map<String, String> failures = new HashMap<>();
    LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request().selectors(selectClass(tests)).build();
    LauncherFactory.create()
        .execute(
            request,
            new TestExecutionListener() {
              @Override
              public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                String failure = result.getThrowable().map(RingfenceTestIT::told).orElse("");
                if (test.isTest()) {
                  failures.put(test.getDisplayName().replaceAll("\\(.*", ""), failure);
                } else if (!failure.isEmpty()) {
                  failures.put(test.getDisplayName(), failure);
                }
              }
            });
    return failures;
  }

  private static String told(Throwable failure) {
    StringBuilder text = new StringBuilder(failure.toString());
    for (Throwable suppressed : failure.getSuppressed()) {
      text.append(" suppressed ").append(suppressed);
    }
    return text.toString();
  }
}
