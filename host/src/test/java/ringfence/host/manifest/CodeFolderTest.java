package ringfence.host.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodeFolderTest {
  @TempDir Path temporary;
  private Path folder;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = temporary.toRealPath().resolve("app");
    Files.createDirectories(folder.resolve("lib"));
    Files.writeString(temporary.resolve("secret.js"), "secret");
  }

  private java.util.SequencedMap<String, String> collect(String code) {
    return CodeFolder.importsOf(folder.resolve("page.js"), code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          import "./a.js"                                       | ./a.js
          import a from './a.js'                                | ./a.js
          import a, { b as c, "d e" as f } from "./a.js";       | ./a.js
          import * as ns from "./a.js"                          | ./a.js
          import data from "./a.json" with { type: "json" }     | ./a.json
          export * from "./a.js"                                | ./a.js
          export * as x from "./a.js"                           | ./a.js
          export { a as b } from "./a.js"                       | ./a.js
          const m = await import("./a.js");                     | ./a.js
          import $a, {_b} from"./a.js"                          | ./a.js
          /* import "./no.js" */ import "./a.js"                | ./a.js
          import/**/"./a.js"                                    | ./a.js
          const s = 'import "./no.js"'; import "./a.js"         | ./a.js
          const r = /"/; import "./a.js"                        | ./a.js
          const d = 4 / 2; const t = `import "./no.js"`; import "./a.js" | ./a.js
          const t = `${"}"}`; import "./a.js"                   | ./a.js
          x.import("./no.js"); import "./a.js"                  | ./a.js
          import.meta.url; import "./a.js"                      | ./a.js
          export const a = 1; import "./a.js"                   | ./a.js
          import type A from "./no.ts"; import "./a.ts"         | ./a.ts
          import type { A } from "./no.ts"; import "./a.ts"     | ./a.ts
          import type * as A from "./no.ts"; import "./a.ts"    | ./a.ts
          export type { A } from "./no.ts"; import "./a.ts"     | ./a.ts
          export type * from "./no.ts"; import "./a.ts"         | ./a.ts
          import type from "./a.ts"                             | ./a.ts
          import type, { A } from "./a.ts"                      | ./a.ts
          import { type A, b } from "./a.ts"                    | ./a.ts
          const x = y as import("./a.ts").B                     | ./a.ts
          export { a }; const from = "./no.js"; import "./a.js" | ./a.js
          """)
  void findsWhatIsImported(String code, String found) {
    assertThat(ImportScanner.imports(code)).containsExactly(found);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "import", "import {", "export", "`", "'", "/", "/*", "import(", "import(x)", "import(`./a.js`)", "\"\\", "${", "import {a} from", "export {"})
  void endsOnAnyText(String code) {
    assertThat(ImportScanner.imports(code)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          new Worker("./a.js", { type: "module" })                             | ./a.js
          const w = new Worker('a.js', o)                                      | a.js
          new Worker(new URL("./a.js", import.meta.url), { type: "module" })   | ./a.js
          new Worker(where); new Worker(`./no.js`); new Worker("./a.js")       | ./a.js
          new Worker(new URL(where)); new Worker(new X("./no.js")); new Worker /**/ ("./a.js") | ./a.js
          new x.Worker("./no.js"); Worker("./no.js"); new Worker("./a.js")     | ./a.js
          """)
  void findsWhatIsStartedAsAWorker(String code, String found) {
    assertThat(ImportScanner.workers(code)).containsExactly(found);
    assertThat(ImportScanner.imports(code)).isEmpty();
  }

  @Test
  void findsWhatIsImportedBehindAWorkerThatItCanNotRead() {
    assertThat(ImportScanner.imports("new Worker(await import('./a.js'))")).containsExactly("./a.js");
  }

  @Test
  void collectsTheModulesOfWorkersAndWhatThoseImport() throws IOException {
    Files.writeString(folder.resolve("lib/a.js"), "new Worker('/b.js'); new Worker('lib/c.js'); new Worker(new URL('d.js', import.meta.url));");
    Files.writeString(folder.resolve("b.js"), "import './lib/e.js';");
    for (String name : new String[] {"lib/c.js", "lib/d.js", "lib/e.js", "lib/unnamed.js"}) {
      Files.writeString(folder.resolve(name), "export {};");
    }
    assertThat(collect("import './lib/a.js'; new Worker('../secret.js'); new Worker('file:///etc/passwd');"))
        .containsOnlyKeys("lib/a.js", "b.js", "lib/c.js", "lib/d.js", "lib/e.js");
  }

  @Test
  void collectsWhatIsReachableAndInTheFolder() throws IOException {
    Files.writeString(folder.resolve("lib/a.js"), "import '../b.mjs'; import './c.js'; import '../page.js'; import './d.json';");
    Files.writeString(folder.resolve("b.mjs"), "export {};");
    Files.writeString(folder.resolve("lib/d.json"), "{\"x\": \"import './e.js'\"}");
    Files.writeString(folder.resolve("lib/e.js"), "no");
    assertThat(collect("import './lib/a.js'; import './lib/../b.mjs'; import 'bare'; import 'service:x'; import 'node:path';"))
        .containsOnlyKeys("lib/a.js", "b.mjs", "lib/d.json");
  }

  @Test
  void collectsTypeScriptWithoutDeclarations() throws IOException {
    Files.writeString(folder.resolve("a.ts"), "import { B } from './b.mts'; import './d.js'; import './types.d.ts';");
    Files.writeString(folder.resolve("b.mts"), "export interface B {}");
    Files.writeString(folder.resolve("d.js"), "export {};");
    Files.writeString(folder.resolve("types.d.ts"), "export {};");
    Files.writeString(folder.resolve("part.ts"), "export {};");
    assertThat(collect("import './a.ts'; new Worker(new URL('./part.ts', import.meta.url));"))
        .containsOnlyKeys("a.ts", "b.mts", "d.js", "part.ts");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../secret.js", "./../secret.js", "./lib/../../secret.js", "/etc/passwd", "file:///etc/passwd", "./.env", "./page",
        "./lib", "./a\\0.js", "data:text/javascript,1", "./secret.js/../../secret.js", "https://example.com/a.js"
      })
  void takesNothingFromElsewhereAndNothingThatIsNoModule(String specifier) throws IOException {
    // Attack: the code of a service names files of the host, so that it is given their text as modules.
    Files.writeString(folder.resolve(".env"), "secret");
    assertThat(collect("import \"" + specifier + "\";")).isEmpty();
    assertThat(collect("new Worker(\"" + specifier + "\");")).isEmpty();
  }

  @Test
  void refusesALinkThatLeavesTheFolderAndFollowsOthers() throws IOException {
    // Attack: a link beside the code leads out of the code's folder.
    Files.createSymbolicLink(folder.resolve("out.js"), Path.of("../secret.js"));
    assertThatThrownBy(() -> collect("import './out.js'"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("out.js (imported by page.js) can't be a module of the service: a link on the way leads out of what is granted");
    Files.writeString(folder.resolve("lib/a.js"), "a");
    Files.createSymbolicLink(folder.resolve("in.js"), Path.of("lib/a.js"));
    assertThat(collect("import './in.js'")).containsEntry("in.js", "a");
  }

  @Test
  void isBounded() throws IOException {
    Files.write(folder.resolve("large.js"), new byte[9 << 20]);
    assertThatThrownBy(() -> collect("import './large.js'")).hasMessageContaining("more than 8388608 bytes");
    Files.write(folder.resolve("bytes.js"), new byte[] {(byte) 0xff});
    assertThatThrownBy(() -> collect("import './bytes.js'")).hasMessage("bytes.js (imported by page.js) is not UTF-8 text");
    for (int i = 0; i <= 1000; i++) {
      Files.writeString(folder.resolve("m" + i + ".js"), "import './m" + (i + 1) + ".js'");
    }
    assertThatThrownBy(() -> collect("import './m0.js'")).hasMessage("its code imports more than 1000 modules");
  }
}
