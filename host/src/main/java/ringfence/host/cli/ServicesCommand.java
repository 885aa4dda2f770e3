package ringfence.host.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// A command about services of a running host, which are named one after the other.
abstract class ServicesCommand implements Callable<Integer> {
  @Parameters(arity = "1..*", paramLabel = "NAME", description = "services, one after the other")
  private List<String> names = new ArrayList<>();

  @Mixin private HostOption host = new HostOption();

  /// Asks the host to do it to one.
  ///
  /// @return the host's answer
  abstract String act(HostClient client, String name);

  /// Shows what became of one.
  void show(HostOption to, String name, String answer) {
    ServiceRow.show(to, answer);
  }

  @Override
  public final Integer call() {
    return host.with(
        client -> {
          for (String name : names) {
            show(host, name, act(client, name));
          }
          return ExitStatus.OK;
        });
  }
}
