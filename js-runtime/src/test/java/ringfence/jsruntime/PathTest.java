package ringfence.jsruntime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// `node:path`. The cases and what they give come from Node: function, arguments, result.
class PathTest {
  private static String cases() throws IOException {
    try (InputStream in = PathTest.class.getResourceAsStream("path-cases.json")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void givesWhatNodeGives() throws IOException {
    try (var service =
        ServiceUnderTest.named("page")
            .module(
                "page.js",
                """
                import * as path from "node:path";
                import posix, { sep, delimiter } from "node:path/posix";
                import cases from "./cases.json" with { type: "json" };
                let right = 0;
                for (const [name, args, expected] of cases) {
                  const got = path[name](...args);
                  if (JSON.stringify(got) === JSON.stringify(expected)) right++;
                  else console.log(name, JSON.stringify(args), "gives", JSON.stringify(got), "and should", JSON.stringify(expected));
                }
                console.log(right === cases.length, right > 200, sep, delimiter, path.posix === posix);
                """)
            .module("cases.json", cases())) {
      service.start();
      service.awaitOutput("true true / : true");
    }
  }

  @Test
  void theWorkingFolderHasNoName() {
    try (var service =
        ServiceUnderTest.of(
            """
            import * as path from "node:path";
            console.log(path.resolve(), path.resolve("a", "../b"), path.resolve("../a"), path.relative("/a", "b"), path.relative("../a", "b"));
            for (const bad of [undefined, null, 1, {}]) {
              try { path.join("a", bad); } catch (e) { console.log(e.name, e.code, e.message); }
            }
            """)) {
      service.start();
      String start = "TypeError ERR_INVALID_ARG_TYPE The \"path\" argument must be of type string. Received ";
      service.awaitOutput(". b ../a b b", start + "undefined", start + "null", start + "type number", start + "an object");
    }
  }
}
