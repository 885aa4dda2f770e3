package ringfence.host.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import ringfence.host.HostOptions;
import ringfence.host.ServicesManager;

/// Gives tests a [ServicesManager] as a parameter, closes it with all its services after them, and fails them if anything
/// outlives that: workers' processes, threads of the host, descriptors of workers. Tests that open managers of their own
/// have to close them, or fail too.
///
/// ```java
/// @RingfenceTest
/// class CounterTest {
///   @Test
///   void counts(ServicesManager services) {
///     services.create(ServiceDefinition.named("counter").code(code).build());
///     services.start("counter");
///     try (var client = services.connect("counter")) {
///       assertEquals(2, client.call("counter", "increment", 2).asLong());
///     }
///   }
/// }
/// ```
/// Each test has a manager of its own, which its `@BeforeEach` and `@AfterEach` methods get too. A class that takes one in
/// its constructor or in `@BeforeAll` has one for all its tests, and fails itself.
///
/// What is left is seen in the whole JVM, so tests with this annotation run one after another, and a test without it
/// that runs beside them must not open managers.
@SuppressWarnings("exports") // JUnit's types: who uses this requires JUnit.
@Documented
@Inherited
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RingfenceExtension.class)
@ResourceLock("ringfence.host")
public @interface RingfenceTest {
  /// Makes the options of the manager: a public class with a public constructor without parameters. The annotation that is
  /// nearest to the test says which.
  Class<? extends Supplier<HostOptions>> options() default Defaults.class;

  /// [HostOptions#defaults].
  final class Defaults implements Supplier<HostOptions> {
    /// For JUnit.
    public Defaults() {}

    @Override
    public HostOptions get() {
      return HostOptions.defaults();
    }
  }
}
