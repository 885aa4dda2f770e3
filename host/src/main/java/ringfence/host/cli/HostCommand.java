package ringfence.host.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import ringfence.host.HostOptions;
import ringfence.host.ServicesManager;
import ringfence.host.http.AccessToken;
import ringfence.host.http.ApiOptions;
import ringfence.host.http.ApiServer;
import ringfence.host.state.KeptServices;
import ringfence.host.state.StateFolder;
import ringfence.sandbox.permission.ListenGrant;

/// `ringfence host`: services that outlive the command that submitted them.
@Command(
    name = "host",
    description = "Runs a host that services are submitted to, with an HTTP API under /api.",
    footer = {
      "",
      "Whoever reaches the API may grant services all that the host's user may. So it",
      "listens on loopback; any other address needs a token, and on a machine with",
      "users whom you don't trust loopback should have one too.",
      "Ctrl-C closes all services, a second Ctrl-C kills. Ends with 0 then, with 69",
      "when the address or the state folder is in use.",
      "",
      "Example: ringfence host --state .ringfence"
    })
final class HostCommand implements Callable<Integer> {
  @Option(
      names = "--listen",
      paramLabel = "ADDRESS:PORT",
      converter = Converters.Port.class,
      defaultValue = HostOption.DEFAULT,
      description = "where to listen; port 0 takes a free one (default: ${DEFAULT-VALUE})")
  private ListenGrant listen = ApiOptions.DEFAULT_LISTEN;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description = "keeps definitions in this folder, and runs again what shall run when the host starts")
  private @Nullable Path state;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "clients must show the token in it; made, for your eyes only, if it is not there")
  private @Nullable Path tokenFile;

  @Option(
      names = "--name",
      split = ",",
      paramLabel = "NAME",
      description = "names by which clients reach this host, beside addresses and localhost, comma-separated")
  private List<String> names = List.of();

  @Option(
      names = "--pool",
      paramLabel = "N",
      defaultValue = "2",
      description = "workers to keep warm for the services that start next; 0 for none (default: ${DEFAULT-VALUE})")
  private int pool;

  @Mixin private AuditOption audit = new AuditOption();

  @Mixin private LogFormatOption logFormat = new LogFormatOption();

  @Override
  public Integer call() {
    Terminal terminal = logFormat.terminal();
    ApiOptions options = options();
    HostOptions hostOptions = audit.in(HostOptions.defaults().withWarmWorkers(pool));
    try (StateFolder folder = state == null ? null : StateFolder.open(state);
        ServicesManager services = ServicesManager.open(hostOptions)) {
      terminal.log().ifPresent(services::addListener);
      KeptServices kept = new KeptServices(services, Optional.ofNullable(folder));
      kept.restore().forEach(complaint -> terminal.say("ringfence: " + Terminal.printable(complaint)));
      serve(terminal, options, services, kept);
    } catch (IOException e) {
      throw HostException.unavailable(String.valueOf(e.getMessage()));
    }
    return ExitStatus.OK;
  }

  private static void serve(Terminal terminal, ApiOptions options, ServicesManager services, KeptServices kept)
      throws IOException {
    try (ApiServer api = ApiServer.open(options, kept)) {
      Signals.handle(
          () -> {
            terminal.say("closing; Ctrl-C again kills");
            api.stopAccepting();
            services.close();
          },
          services::close);
      int resumed = kept.resume();
      terminal.say(
          "the host listens on http://"
              + api.listening()
              + (resumed == 0 ? "" : " and starts " + resumed + " services again")
              + "; Ctrl-C closes");
      services.awaitClosed();
    }
  }

  private ApiOptions options() {
    Optional<AccessToken> token = Optional.empty();
    if (tokenFile != null) {
      try {
        token = Optional.of(AccessToken.in(tokenFile));
      } catch (IOException e) {
        throw new IllegalArgumentException("the token file can't be used: " + e.getMessage(), e);
      }
    }
    Set<String> known = new HashSet<>();
    names.forEach(name -> known.add(name.toLowerCase(Locale.ROOT)));
    return ApiOptions.at(listen, token).withNames(known);
  }
}
