package ringfence.host;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import ringfence.host.Inspections.Inspection;
import ringfence.host.broker.AuditLog;
import ringfence.host.trace.Tracing;
import ringfence.host.event.OutputLine;
import ringfence.host.worker.WorkerFactory;
import ringfence.sandbox.policy.SandboxPlan;

/// The place of one service: each start puts a new run in it, with a new controller, worker and rings.
///
/// Belongs to the manager's thread.
final class ServiceContainer {
  private final ServiceDefinition definition;
  private final SandboxPlan plan;
  private final StepQueue steps;
  private final WorkerFactory workers;
  private final EventLog events;
  private final AuditLog audit;
  private final Tracing tracing;
  private final UnaryOperator<ServiceDefinition> readied;
  private @Nullable ServiceController current;
  private @Nullable ServiceController last;

  private @Nullable Inspection inspection;

  /// @param readied makes the definition of a child one that can be run; blocks
  ServiceContainer(
      ServiceDefinition definition,
      SandboxPlan plan,
      StepQueue steps,
      WorkerFactory workers,
      EventLog events,
      AuditLog audit,
      Tracing tracing,
      UnaryOperator<ServiceDefinition> readied) {
    this.definition = definition;
    this.plan = plan;
    this.steps = steps;
    this.workers = workers;
    this.events = events;
    this.audit = audit;
    this.tracing = tracing;
    this.readied = readied;
  }

  /// What the service before this one wrote can be read here until the first run.
  void keepOutputOf(ServiceContainer replaced) {
    last = replaced.last;
  }

  /// What is set up for each run.
  SandboxPlan plan() {
    return plan;
  }

  /// Puts a new run in.
  void open(long incarnation, ServiceController.RunListener owner) {
    if (current != null) {
      throw new IllegalStateException("\"" + definition.name() + "\" has a run already");
    }
    ServiceController run =
        new ServiceController(definition, plan, incarnation, steps, owner, events, audit, tracing, readied);
    current = run;
    last = run;
    run.open(workers);
    if (inspection != null) {
      run.inspectedBy(inspection.inspector());
    }
  }

  /// Lets a debugger into the run at hand and those that follow.
  ///
  /// @return false if one is let in already
  boolean letIn(Inspection debugger) {
    if (inspection != null) {
      return false;
    }
    inspection = debugger;
    if (current != null) {
      current.inspectedBy(debugger.inspector());
    }
    return true;
  }

  /// Lets no debugger in from now on.
  ///
  /// @return the way in that there was, to be closed
  Optional<Inspection> letNobodyIn() {
    Optional<Inspection> was = inspection();
    inspection = null;
    return was;
  }

  /// The way in for a debugger, if there is one.
  Optional<Inspection> inspection() {
    return Optional.ofNullable(inspection);
  }

  /// The service is gone, or another takes its place: no debugger is let in any more.
  void retire() {
    letNobodyIn().ifPresent(was -> steps.elsewhere(was.server()::close));
  }

  /// Whether a debugger holds the run at hand, which may take its time then.
  boolean isHeld() {
    return inspection != null && inspection.inspector().holds();
  }

  /// Takes the run out. What it left can still be read.
  void close() {
    current = null;
  }

  /// Whether an outcome is about the run at hand; one of an earlier run is stale.
  boolean holds(ServiceController run) {
    return current == run;
  }

  /// The run at hand.
  ///
  /// @throws IllegalStateException if there is none
  ServiceController run() {
    ServiceController run = current;
    if (run == null) {
      throw new IllegalStateException("\"" + definition.name() + "\" has no run");
    }
    return run;
  }

  boolean isEmpty() {
    return current == null;
  }

  /// The run at hand or the last one.
  Optional<ServiceController> last() {
    return Optional.ofNullable(last);
  }

  List<OutputLine> output() {
    return last().map(run -> run.output().lines()).orElse(List.of());
  }
}
