package ringfence.host.metrics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import ringfence.host.ServiceListener;
import ringfence.host.event.ServiceEvent;
import ringfence.host.json.ServiceJson;
import ringfence.sandbox.port.RingFill;
import ringfence.sandbox.protocol.LinkFigures;
import ringfence.sandbox.protocol.ServiceName;

/// Adds up what events tell of services and of the links between them, over all runs. Thread-safe.
///
/// What a worker says of its calls only ever adds to what it said before. A destroyed service is forgotten, with its
/// links; so there are as many entries as services and imports.
public final class Ledger implements ServiceListener {
  // Both guarded by this.
  private final Map<ServiceName, ServiceTotals.Growing> services = new LinkedHashMap<>();
  private final Map<Ends, GrowingEdge> edges = new LinkedHashMap<>();

  private record Ends(ServiceName caller, ServiceName callee) {}

  private static final class GrowingEdge {
    private LinkFigures ofEarlierRuns = LinkFigures.NONE;
    private LinkFigures ofRun = LinkFigures.NONE;
    private long incarnation;
    private RingFill fill = RingFill.UNKNOWN;

    private void add(ServiceEvent.LinkUse use) {
      if (use.incarnation() != incarnation) {
        incarnation = use.incarnation();
        ofEarlierRuns = ofEarlierRuns.plus(ofRun);
        ofRun = LinkFigures.NONE;
      }
      ofRun = use.figures().notBelow(ofRun);
      fill = use.fill();
    }
  }

  @Override
  public synchronized void event(ServiceEvent event) {
    ServiceName name = event.service();
    switch (event) {
      case ServiceEvent.Created _ -> of(name);
      case ServiceEvent.RestartScheduled _ -> of(name).restartScheduled();
      case ServiceEvent.Starting _ -> of(name).starting(event.header().at());
      case ServiceEvent.Running _ -> of(name).running(event.header().at());
      case ServiceEvent.Closed e -> {
        of(name).closed(ServiceJson.kind(e.cause()));
        edges.forEach((ends, edge) -> {
          if (ends.caller().equals(name) || ends.callee().equals(name)) {
            edge.fill = RingFill.UNKNOWN;
          }
        });
      }
      case ServiceEvent.UncaughtError e -> of(name).threw(e.header().at(), e.error());
      case ServiceEvent.ResourceUse e -> of(name).used(e.cpu());
      case ServiceEvent.Output _ -> of(name).wrote(1);
      case ServiceEvent.OutputDropped e -> of(name).wrote(e.count());
      case ServiceEvent.LinkUse e ->
          edges.computeIfAbsent(new Ends(name, e.callee()), _ -> new GrowingEdge()).add(e);
      case ServiceEvent.Destroyed _ -> {
        services.remove(name);
        edges.keySet().removeIf(ends -> ends.caller().equals(name) || ends.callee().equals(name));
      }
      case ServiceEvent.DependencyLost _,
          ServiceEvent.Closing _,
          ServiceEvent.Replaced _ -> {
        // Nothing to add.
      }
    }
  }

  private ServiceTotals.Growing of(ServiceName name) {
    return services.computeIfAbsent(name, _ -> new ServiceTotals.Growing());
  }

  /// All services that anything was heard of.
  public synchronized List<ServiceTotals> services() {
    List<ServiceTotals> all = new ArrayList<>();
    services.forEach((name, growing) -> all.add(growing.totals(name)));
    return all;
  }

  /// All links between services that anything was heard of.
  public synchronized List<Edge> edges() {
    List<Edge> all = new ArrayList<>();
    edges.forEach(
        (ends, edge) ->
            all.add(
                new Edge(ends.caller(), ends.callee(), edge.ofEarlierRuns.plus(edge.ofRun), edge.fill)));
    return all;
  }
}
