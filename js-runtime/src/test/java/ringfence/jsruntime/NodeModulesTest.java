package ringfence.jsruntime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Modules of Node's names that are ordinary code, and packages that build on them. The files of `nodetests` run in Node as
/// well, where they are right too.
class NodeModulesTest {

  @ParameterizedTest
  @CsvSource({"events,18", "buffer,17", "url,9", "util,28", "assert,30"})
  void doesWhatNodeDoes(String module, int checks) throws IOException {
    try (var service =
        ServiceUnderTest.named("page")
            .module("page.js", text("nodetests/" + module + ".js"))
            .module("check.js", text("nodetests/check.js"))) {
      service.start();
      service.awaitOutput(module + " right: " + checks);
    }
  }

  /// The packages as a bundler makes them, each used for what it is known for.
  @Test
  void runsPopularPackages() throws IOException {
    var page = ServiceUnderTest.named("page").module("page.js", text("packages.js"));
    for (String name : new String[] {"zod", "lodash-es", "date-fns", "nanoid", "uuid"}) {
      page.module(name + ".js", text("packages/" + name + ".js"));
    }
    try (var service = page) {
      service.start();
      service.awaitOutput(
          "zod true invalid_type,too_small age",
          "lodash-es [ [ 1, 2 ], [ 3 ] ] true { a: { b: 1, c: 2 } }",
          "date-fns 2026-02-28 59 about 1 month",
          "nanoid 21 8 true",
          "uuid true 4 7 2ed6657d-e927-568b-95e1-2665a8aea6a2");
    }
  }

  /// Attack: change what the console shows values with, through the copy that a service may import.
  @Test
  void aServiceCantReachTheConsolesOwnInspection() {
    try (var service =
        ServiceUnderTest.of(
            """
            import * as inside from "node:internal/inspect";
            const log = console.log;
            for (const f of [inside.inspectWith, inside.formatMessage]) {
              f.call = f.apply = () => { throw new Error("mine"); };
            }
            log({ [Symbol.for("nodejs.util.inspect.custom")](depth, options, inspect) {
              options.depth = -1;
              inspect.call = inspect.apply = () => { throw new Error("mine"); };
              return inspect({ a: [1] }, { depth: 0 });
            } });
            log({ a: { b: 1 } });
            """)) {
      service.start();
      service.awaitOutput("{ a: [Array] }", "{ a: { b: 1 } }");
    }
  }

  private static String text(String file) throws IOException {
    try (InputStream in = NodeModulesTest.class.getResourceAsStream(file)) {
      return new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
