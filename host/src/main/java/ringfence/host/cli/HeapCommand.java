package ringfence.host.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import ringfence.host.json.Json;

/// `ringfence heap`: what the memory of a service is used for.
@Command(
    name = "heap",
    description = "Sums the memory of a running service by kind.",
    footer = {
      "",
      "The service needs no debug: true; it is held up while its heap is counted, some",
      "milliseconds for each 10 MiB, and its garbage is collected before. Ends with 0, with 1",
      "when it does not answer, 2 when there is no such service or it does not run, 69 when",
      "no host answers.",
      "",
      "Example: ringfence heap counter"
    })
final class HeapCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "NAME", description = "the service")
  private String name = "";

  @Mixin private HostOption host = new HostOption();

  @Override
  public Integer call() {
    return host.with(
        client -> {
          String answer = client.send("POST", HostClient.service(name, "/heap"), null);
          if (host.json()) {
            host.print(answer);
          } else {
            show(HostOption.read(answer, Json::readObject));
          }
          return ExitStatus.OK;
        });
  }

  private void show(Map<?, ?> memory) {
    if (memory.get("processBytes") instanceof Number) {
      host.say(mib(memory.get("processBytes")) + "  its process, as the kernel counts");
    } else {
      host.say("the kernel does not let the host look into its process; what follows are the worker's own words");
    }
    rows(memory, "process");
    host.say("the JVM's parts of what is its own");
    rows(memory, "jvm");
    host.say(
        "%s  on the Java heap, which may have %s; the service was held up for %s ms"
            .formatted(mib(memory.get("heapUsedBytes")), mib(memory.get("heapMostBytes")).strip(), memory.get("heldUpMillis")));
    rows(memory, "heap");
  }

  private void rows(Map<?, ?> memory, String where) {
    if (memory.get("kinds") instanceof List<?> kinds) {
      for (Object kind : kinds) {
        if (kind instanceof Map<?, ?> row && where.equals(row.get("where"))) {
          String count = row.get("count") instanceof Number number && number.longValue() > 0 ? ", " + number + " objects" : "";
          host.say("  " + mib(row.get("bytes")) + "  " + row.get("kind") + count);
        }
      }
    }
  }

  private static String mib(@Nullable Object bytes) {
    double mib = bytes instanceof Number number ? number.longValue() / 1048576.0 : 0;
    return String.format(Locale.ROOT, "%7.1f MiB", mib);
  }
}
