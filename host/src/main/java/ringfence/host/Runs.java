package ringfence.host;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import ringfence.host.lifecycle.ExitCause;
import ringfence.host.link.LinkRefusedException;
import ringfence.host.link.LinkTable;
import ringfence.host.log.LogLine;
import ringfence.host.node.NodeState;
import ringfence.sandbox.port.ring.SharedRegion;
import ringfence.sandbox.protocol.BrokerRequest.ChildCommand;
import ringfence.sandbox.protocol.ServiceName;

/// What becomes of runs: links and code for those that are ready, and the fall of those that stand on one
/// that ends. Outcomes of a run that is over are dropped.
///
/// Belongs to the manager's thread.
final class Runs implements ServiceController.RunListener {
  private static final System.Logger LOG = System.getLogger("ringfence.host");

  /// How long a process that has ended may take until that is seen.
  private static final Duration LONGEST_END = Duration.ofSeconds(1);

  private final Nodes nodes;
  private final StepQueue steps;
  private final NodeTable.RegionSource regionSource;
  private final Function<String, Optional<String>> environment;
  private final ChildBroker children;
  private final LinkTable links = new LinkTable();
  private final Clients clients;

  /// @param regions where the memory of links comes from
  /// @param environment where the values of granted variables come from
  /// @param children answers what runs ask of services
  Runs(
      Nodes nodes,
      StepQueue steps,
      NodeTable.RegionSource regions,
      Function<String, Optional<String>> environment,
      ChildBroker children) {
    this.nodes = nodes;
    this.steps = steps;
    this.regionSource = regions;
    this.environment = environment;
    this.children = children;
    this.clients = new Clients(steps, regions, links, this::runningOf);
  }

  Clients clients() {
    return clients;
  }

  private Optional<ServiceController> runningOf(ServiceName service) {
    return nodes.holds(service) && nodes.node(service).state() == NodeState.RUNNING
        ? Optional.of(nodes.node(service).container().run())
        : Optional.empty();
  }

  int links() {
    return links.size();
  }

  @Override
  public void ready(ServiceController run) {
    if (isOver(run, "ready")) {
      return;
    }
    int count = nodes.graph().imports(run.name()).size();
    // Zeroing memory takes a moment, and the manager has none.
    steps.elsewhere(
        () -> {
          List<SharedRegion> regions = new ArrayList<>();
          String failure = null;
          try {
            while (regions.size() < count) {
              regions.add(regionSource.create());
            }
          } catch (IOException e) {
            failure = "the host has no memory for its links: " + e.getMessage();
          }
          String why = failure;
          if (!steps.post(() -> regionsMade(run, regions, why))) {
            close(regions);
          }
        });
  }

  private void regionsMade(
      ServiceController run, List<SharedRegion> regions, @Nullable String failure) {
    try {
      if (isOver(run, "regions") || nodes.node(run.name()).state() != NodeState.STARTING) {
        return;
      }
      if (failure != null) {
        run.kill(new ExitCause.StartFailed(failure, Optional.empty()));
        return;
      }
      // Looked at in the step that sends the code, so that no code runs without its dependencies.
      if (nodes.importsRun(run.name())) {
        giveCode(run, regions);
      }
    } finally {
      close(regions);
      nodes.settle();
    }
  }

  private void giveCode(ServiceController run, List<SharedRegion> regions) {
    int next = 0;
    for (ServiceName imported : nodes.graph().imports(run.name())) {
      try {
        links.connect(run, nodes.node(imported).container().run(), regions.get(next++));
      } catch (LinkRefusedException e) {
        endRefuser((ServiceController) e.refuser(), e);
        return;
      }
    }
    run.sendCode(variables(nodes.node(run.name()).definition()));
  }

  /// Either end of a link may be to blame. Its end comes as an outcome, and takes the other run along if it must.
  private void endRefuser(ServiceController refuser, LinkRefusedException e) {
    ExitCause cause = new ExitCause.Disconnected(String.valueOf(e.getMessage()));
    if (e.gone()) {
      // How it ended is the better cause, and comes by itself; not from one that has only stopped to listen.
      var _ = steps.after(LONGEST_END, () -> refuser.kill(cause));
    } else {
      refuser.kill(cause);
    }
  }

  @Override
  public void running(ServiceController run) {
    if (!isOver(run, "running")) {
      nodes.node(run.name()).running();
      clients.running(run);
      nodes.settle();
    }
  }

  @Override
  public void closingItself(ServiceController run) {
    if (!isOver(run, "closing")) {
      nodes.loseDependants(run.name());
      nodes.node(run.name()).closingItself();
      nodes.settle();
    }
  }

  @Override
  public void createChild(ServiceController run, long id, ServiceDefinition child) {
    children.create(run, id, child);
  }

  @Override
  public void commandChild(ServiceController run, long id, ChildCommand command) {
    children.command(run, id, command);
  }

  @Override
  public void dying(ServiceController run) {
    if (!isOver(run, "dying")) {
      // Who waits for it need not wait until the kernel has taken it apart.
      links.cut(run);
    }
  }

  @Override
  public void ended(ServiceController run, ExitCause cause) {
    if (!isOver(run, "ended")) {
      links.cut(run);
      nodes.loseDependants(run.name());
      nodes.node(run.name()).ended(cause);
      doomChildren(run);
      nodes.settle();
    }
  }

  /// What the run's code has created goes with it; the next run begins without children.
  private void doomChildren(ServiceController run) {
    List<ServiceNode> owned =
        nodes
            .descendants(run.name())
            .filter(child -> child.isOwnedBy(run))
            .toList();
    for (ServiceNode child : owned) {
      var _ = child.doom();
    }
  }

  private boolean isOver(ServiceController run, String outcome) {
    if (nodes.nodeOf(run).isPresent()) {
      return false;
    }
    LOG.log(
        System.Logger.Level.DEBUG,
        new LogLine("stale-outcome")
            .with("service", run.name())
            .with("incarnation", run.incarnation())
            .with("outcome", outcome)
            .toString());
    return true;
  }

  private Map<String, String> variables(ServiceDefinition definition) {
    Map<String, String> values = new TreeMap<>();
    for (String name : definition.permissions().environment()) {
      environment.apply(name).ifPresent(value -> values.put(name, value));
    }
    return values;
  }

  private static void close(List<SharedRegion> regions) {
    for (SharedRegion region : regions) {
      try {
        region.close();
      } catch (IOException e) {
        LOG.log(System.Logger.Level.WARNING, "region-not-closed", e);
      }
    }
  }
}
