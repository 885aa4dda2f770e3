package ringfence.host;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import ringfence.host.link.LinkRefusedException;
import ringfence.host.link.LinkTable;
import ringfence.host.log.LogLine;
import ringfence.sandbox.port.ring.SharedRegion;
import ringfence.sandbox.protocol.ServiceName;

/// The clients of this host: each is linked to every run of its services, as soon as that runs.
///
/// Belongs to the manager's thread.
final class Clients {
  private static final System.Logger LOG = System.getLogger("ringfence.host");

  private final StepQueue steps;
  private final NodeTable.RegionSource regions;
  private final LinkTable links;
  private final Runnings runnings;
  private final Set<ClientEnd> clients = new LinkedHashSet<>();

  /// Knows which run of a service is at hand.
  @FunctionalInterface
  interface Runnings {
    /// The run, if its module's top level has ended and it is not closing.
    Optional<ServiceController> running(ServiceName service);
  }

  Clients(
      StepQueue steps, NodeTable.RegionSource regions, LinkTable links, Runnings runnings) {
    this.steps = steps;
    this.regions = regions;
    this.links = links;
    this.runnings = runnings;
  }

  /// Adds a client.
  ///
  /// @return completes when it is linked to those of its services that run
  CompletableFuture<Void> add(ClientEnd client) {
    clients.add(client);
    return CompletableFuture.allOf(
        client.services().stream()
            .flatMap(service -> runnings.running(service).stream())
            .map(run -> link(client, run))
            .toArray(CompletableFuture<?>[]::new));
  }

  void remove(ClientEnd client) {
    if (clients.remove(client)) {
      links.cut(client);
    }
  }

  /// Links the clients of a service to its new run.
  void running(ServiceController run) {
    for (ClientEnd client : clients) {
      if (client.services().contains(run.name())) {
        var _ = link(client, run);
      }
    }
  }

  private CompletableFuture<Void> link(ClientEnd client, ServiceController run) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    // Zeroing memory takes a moment, and the manager has none.
    steps.elsewhere(
        () -> {
          try {
            SharedRegion region = regions.create();
            if (!steps.post(() -> connect(client, run, region, done))) {
              close(region);
            }
          } catch (IOException e) {
            failed(client, run, e, done);
          }
        });
    return done;
  }

  private void connect(
      ClientEnd client, ServiceController run, SharedRegion region, CompletableFuture<Void> done) {
    try {
      if (clients.contains(client)
          && runnings.running(run.name()).filter(run::equals).isPresent()) {
        links.connect(client, run, region);
      }
      done.complete(null);
    } catch (LinkRefusedException e) {
      failed(client, run, e, done);
    } finally {
      close(region);
    }
  }

  /// The client sees a service that can't be reached. The run may be on its way out, and the next one is linked anew.
  private static void failed(
      ClientEnd client, ServiceController run, Exception e, CompletableFuture<Void> done) {
    LOG.log(
        System.Logger.Level.WARNING,
        new LogLine("client-not-linked")
            .with("client", client.name())
            .with("service", run.name())
            .with("reason", String.valueOf(e.getMessage()))
            .toString());
    done.complete(null);
  }

  private static void close(SharedRegion region) {
    try {
      region.close();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "region-not-closed", e);
    }
  }
}
