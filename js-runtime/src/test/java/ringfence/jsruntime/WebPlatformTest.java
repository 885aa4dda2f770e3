package ringfence.jsruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The conformance tests of the web platform, written from the standards in JavaScript: each file of the test
/// resources runs as a service of its own, and each test in it is a test here.
class WebPlatformTest {
  private static final List<String> FILES = List.of("events", "abort", "streams", "url", "encoding", "fetchtypes", "messaging", "performance", "extras");

  @TestFactory
  Stream<DynamicContainer> conforms() {
    return FILES.stream().map(file -> DynamicContainer.dynamicContainer(file, results(file)));
  }

  /// Runs a file of tests as a service.
  ///
  /// @param beside modules that it imports
  static List<DynamicTest> results(String file, String... beside) {
    List<DynamicTest> tests = new ArrayList<>();
    try (var service =
        ServiceUnderTest.of("import './" + file + ".js'; import { run } from './harness.js'; await run();")) {
      service.module(file + ".js", resource(file)).module("harness.js", resource("harness"));
      for (String module : beside) {
        service.module(module + ".js", resource(module));
      }
      service.start();
      // 100 MB pass through an interpreter here.
      Awaitility.await()
          .atMost(Duration.ofMinutes(3))
          .pollInterval(Duration.ofMillis(5))
          .untilAsserted(
              () ->
                  assertThat(service.output())
                      .as(() -> "errors: " + service.errors())
                      .anyMatch(line -> line.startsWith("done ")));
      for (String line : service.output()) {
        if (line.startsWith("ok ")) {
          tests.add(dynamicTest(line.substring(3), () -> {}));
        } else if (line.startsWith("FAILED ")) {
          String name = line.substring(7, line.indexOf('\n'));
          tests.add(dynamicTest(name, () -> assertThat(line).as(name).isEmpty()));
        }
      }
      String count = "done " + tests.size();
      tests.add(dynamicTest("every test of " + file + " has run", () -> assertThat(service.output()).contains(count)));
      tests.add(dynamicTest("nothing of " + file + " was uncaught", () -> assertThat(service.errors()).isEmpty()));
    }
    return tests;
  }

  static String resource(String name) {
    try (InputStream in = WebPlatformTest.class.getResourceAsStream("/ringfence/jsruntime/conformance/" + name + ".js")) {
      if (in == null) {
        throw new IllegalStateException("no test resource conformance/" + name + ".js");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
