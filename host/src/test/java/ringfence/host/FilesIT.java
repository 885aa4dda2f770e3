package ringfence.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import ringfence.host.event.OutputLine;
import ringfence.host.lifecycle.ExitCause;
import ringfence.sandbox.permission.FileAccess;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.permission.Permissions;

/// Files of the host, asked for by code in real workers.
@Timeout(180)
class FilesIT {
  private static final int LARGE = 64 << 20;

  @TempDir Path temporary;
  private Path base;

  @BeforeEach
  void makeFolder() throws IOException {
    base = Files.createDirectory(temporary.toRealPath().resolve("app"));
    Files.createDirectories(base.resolve("data"));
  }

  private ServiceDefinition service(String code, Limits limits) {
    return ServiceDefinition.named("page")
        .code(code)
        .limits(limits)
        .endWhenIdle(true)
        .permissions(
            Permissions.NONE.withFiles(
                FileAccess.relativeTo(base).withRead(List.of(Path.of("data"))).withWrite(List.of(Path.of("data")))))
        .build();
  }

  private static List<String> run(ServiceDefinition definition) {
    try (ServicesManager services = ServicesManager.open(HostOptions.defaults())) {
      services.create(definition);
      services.start("page");
      ExitCause cause = services.awaitClosed("page");
      List<String> lines = services.output("page").stream().map(OutputLine::text).toList();
      assertThat(cause).as(lines.toString()).isInstanceOf(ExitCause.Finished.class);
      return lines;
    }
  }

  @Test
  void aFileLargerThanTheHeapGoesThroughAWorkerAndBack() throws IOException {
    byte[] part = new byte[1 << 20];
    new Random(1).nextBytes(part);
    try (OutputStream out = Files.newOutputStream(base.resolve("data/large"))) {
      for (int i = 0; i < LARGE / part.length; i++) {
        out.write(part);
      }
    }
    List<String> lines =
        run(
            service(
                """
                import { open, copyFile, stat } from "node:fs/promises";
                const from = await open("data/large");
                const to = await open("data/copy", "w");
                const buffer = new Uint8Array(131072);
                let total = 0;
                for (;;) {
                  const { bytesRead } = await from.read(buffer);
                  if (bytesRead === 0) break;
                  total += (await to.write(buffer, 0, bytesRead)).bytesWritten;
                }
                await from.close();
                await to.close();
                await copyFile("data/copy", "data/again");
                console.log(total, (await stat("data/again")).size);
                """,
                Limits.DEFAULT.withHeapBytes(48L << 20)));
    assertThat(lines).containsExactly(LARGE + " " + LARGE);
    assertThat(Files.mismatch(base.resolve("data/large"), base.resolve("data/again"))).isEqualTo(-1);
  }

  /// Attack: links, magic links, FIFOs, kernel files, floods of handles and of bytes, by code in a sealed worker.
  @Test
  void hostileCodeGetsWhatIsGrantedAndNothingElse() throws Exception {
    Files.writeString(base.resolve("secret"), "secret");
    Files.createSymbolicLink(base.resolve("data/out"), Path.of("../secret"));
    Files.createSymbolicLink(base.resolve("data/proc"), Path.of("/proc/self/environ"));
    assertThat(new ProcessBuilder("mkfifo", base.resolve("data/fifo").toString()).start().waitFor()).isZero();
    List<String> lines =
        run(
            service(
                """
                import * as fs from "node:fs/promises";
                const show = async (what, act) => console.log(what, await act().then((v) => "GOT " + v, (e) => e.code ?? e.name));
                for (const path of ["secret", "../app/secret", "data/../secret", "/etc/passwd", "/proc/self/environ", "data/out",
                    "data/proc", "data/fifo", "data", "data/none", ""]) {
                  await show(path, () => fs.readFile(path, "utf8"));
                }
                await show("rename", () => fs.rename("data/out", "secret"));
                await show("rm", () => fs.rm("..", { recursive: true, force: true }));
                const handles = [];
                await show("flood", async () => { for (;;) handles.push(await fs.open("data/a", "w")); });
                await show("count", async () => handles.length);
                await show("quota", async () => { for (;;) await handles[0].write(new Uint8Array(65536)); });
                await Promise.all(handles.map((handle) => handle.close()));
                const many = await Promise.all(Array.from({ length: 500 }, () => fs.readFile("data/a").then((b) => b.length)));
                await show("many", async () => new Set(many).size);
                """,
                Limits.DEFAULT.withOpenFiles(20).withWrittenBytes(1 << 20)));
    assertThat(lines)
        .containsExactly(
            "secret PermissionDeniedError", "../app/secret PermissionDeniedError", "data/../secret PermissionDeniedError",
            "/etc/passwd PermissionDeniedError", "/proc/self/environ PermissionDeniedError", "data/out PermissionDeniedError",
            "data/proc PermissionDeniedError", "data/fifo ENXIO", "data EISDIR", "data/none ENOENT", " PermissionDeniedError",
            "rename PermissionDeniedError", "rm PermissionDeniedError", "flood EMFILE", "count GOT 20", "quota EDQUOT", "many GOT 1");
    assertThat(base.resolve("secret")).hasContent("secret");
    await().atMost(Duration.ofSeconds(10)).until(() -> Files.exists(base.resolve("data/a")));
  }
}
