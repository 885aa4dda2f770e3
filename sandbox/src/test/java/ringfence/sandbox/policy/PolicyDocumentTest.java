package ringfence.sandbox.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.permission.Permissions;

/// Keeps `docs/policies.md` and [PolicyMapper] together. To write the page anew:
/// `mvn -pl sandbox test -Dtest=PolicyDocumentTest -Dringfence.write.docs=true`
class PolicyDocumentTest {
  private static final Path PAGE = Path.of("..", "docs", "policies.md");

  @Test
  void thePageSaysWhatThePlanSays() throws IOException {
    String page = page();
    if (Boolean.getBoolean("ringfence.write.docs")) {
      Files.createDirectories(PAGE.resolveSibling(""));
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE).hasContent(page);
  }

  private static String page() {
    Map<String, MachineCapabilities> machines = new LinkedHashMap<>();
    machines.put("A machine with bubblewrap, user namespaces and a delegated control group", Machines.WHOLE);
    machines.put("The same without control groups", Machines.NO_CGROUPS);
    machines.put("A machine without bubblewrap", Machines.NO_BUBBLEWRAP);
    StringBuilder page =
        new StringBuilder(
            """
            # What each policy builds

            Generated from `PolicyMapper.plan`; a test keeps both together. No permission is granted and the limits are the
            defaults. `ringfence doctor` tells which of these machines yours is like; `ringfence check` and
            `ServiceStatus.walls()` tell it for each service. A wall in *italics* may be missing under that policy; where
            another one is, the service refuses to start.

            The memory of a process is `limits.heap`, %d MiB beside it, and %d MiB more for the stack of each Worker that
            `permissions.threads` grants. Where the service's code is compiled (`jit`, and an image with the compiler, which
            none of these machines has) it is %d MiB more: %d MiB of heap that the compiler works in, and what it makes.
            """
                .formatted(
                    ProcessPolicy.besideHeapBytes(0) >> 20,
                    ProcessPolicy.WORKER_STACK_BYTES >> 20,
                    ProcessPolicy.COMPILER_BYTES >> 20,
                    ProcessPolicy.COMPILER_HEAP_BYTES >> 20));
    machines.forEach((title, machine) -> section(page, title, machine));
    return page.toString();
  }

  private static void section(StringBuilder page, String title, MachineCapabilities machine) {
    page.append("\n## ").append(title).append("\n\n| wall |");
    for (SandboxLevel level : SandboxLevel.values()) {
      page.append(' ').append(level.name().toLowerCase(Locale.ROOT)).append(" |");
    }
    page.append("\n|---|").append("---|".repeat(SandboxLevel.values().length)).append('\n');
    for (Wall.Kind kind : Wall.Kind.values()) {
      page.append("| ").append(kind.title()).append(" |");
      for (SandboxLevel level : SandboxLevel.values()) {
        page.append(' ').append(cell(level, kind, machine)).append(" |");
      }
      page.append('\n');
    }
  }

  private static String cell(SandboxLevel level, Wall.Kind kind, MachineCapabilities machine) {
    try {
      Wall wall =
          PolicyMapper.plan(level, Permissions.NONE, Limits.DEFAULT, machine).walls().stream()
              .filter(candidate -> candidate.kind() == kind)
              .findFirst()
              .orElseThrow();
      String text = wall.stands() ? wall.enforcedBy() : "no: " + wall.missing();
      return wall.required() ? text : "*" + text + "*";
    } catch (WallMissingException e) {
      return "refuses to start";
    }
  }
}
