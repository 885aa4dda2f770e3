package ringfence.host;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import ringfence.host.lifecycle.ExitCause;
import ringfence.host.node.NodeState;
import ringfence.sandbox.permission.AccessRequest;
import ringfence.sandbox.permission.Decision;
import ringfence.sandbox.protocol.BrokerMessage.BrokerFailure;
import ringfence.sandbox.protocol.BrokerMessage.BrokerReply;
import ringfence.sandbox.protocol.BrokerRequest.ChildCommand;
import ringfence.sandbox.protocol.BrokerRequest.CloseChild;
import ringfence.sandbox.protocol.BrokerRequest.DestroyChild;
import ringfence.sandbox.protocol.BrokerRequest.StartChild;
import ringfence.sandbox.protocol.ErrorReport;
import ringfence.sandbox.protocol.ServiceName;

/// What a run's code may do with services: make children, and start, close and destroy those that it made.
///
/// No answer tells a service of anything that it can't reach: a child is named below its parent, and what it may
/// not import is refused in the same words whether it exists or not.
///
/// Belongs to the manager's thread.
final class ChildBroker {
  /// Between a parent's name and what its code adds to it.
  static final String BELOW = "-";

  private final NodeTable table;
  private final Nodes nodes;

  ChildBroker(NodeTable table, Nodes nodes) {
    this.table = table;
    this.nodes = nodes;
  }

  /// Makes a child of the run's service, which ends with the run.
  void create(ServiceController run, long id, ServiceDefinition child) {
    Optional<ServiceNode> parent = nodes.nodeOf(run);
    if (parent.isEmpty()) {
      // Nobody is there to hear the answer.
      return;
    }
    String below = run.name() + BELOW;
    if (!child.name().value().startsWith(below)) {
      fail(
          run,
          id,
          "TypeError",
          "a child of \"%s\" is named below it; write name: %s%s"
              .formatted(run.name(), below, child.name()));
      return;
    }
    if (!mayHaveChildren(parent.get())) {
      fail(run, id, "Error", "service \"" + run.name() + "\" is closing and makes no children");
      return;
    }
    Optional<ServiceNode> full = nodes.lineage(parent.get()).filter(this::isFull).findFirst();
    if (full.isPresent()) {
      AccessRequest wish = oneMore(full.get(), child.name());
      run.requests().deny(id, wish, Decision.denied(full.get().name().value(), wish));
      return;
    }
    attempt(
        run,
        id,
        child.name(),
        () -> {
          table.createChild(run, child);
          return CompletableFuture.completedFuture(child.name());
        });
  }

  /// Starts, closes or destroys a child that the run made.
  void command(ServiceController run, long id, ChildCommand command) {
    ServiceName name = command.child();
    if (nodes.nodeOf(run).isEmpty()) {
      return;
    }
    if (!isChildOf(run, name)) {
      fail(
          run,
          id,
          "Error",
          "service \"%s\" has no child \"%s\"; it was destroyed, or never made".formatted(run.name(), name));
      return;
    }
    attempt(
        run,
        id,
        name,
        () ->
            switch (command) {
              case StartChild _ -> table.startChild(run, name);
              case CloseChild _ -> table.close(name);
              case DestroyChild _ -> {
                table.destroy(name);
                yield CompletableFuture.completedFuture(name);
              }
            });
  }

  private boolean isChildOf(ServiceController run, ServiceName name) {
    return nodes.holds(name) && nodes.node(name).isChildOf(run);
  }

  private static boolean mayHaveChildren(ServiceNode parent) {
    return parent.state() == NodeState.STARTING || parent.state() == NodeState.RUNNING;
  }

  private boolean isFull(ServiceNode ancestor) {
    return bornOfRuns(ancestor) >= ancestor.definition().permissions().children();
  }

  private long bornOfRuns(ServiceNode ancestor) {
    return nodes
        .descendants(ancestor.name())
        .filter(node -> node.origin().flatMap(Origin::owner).isPresent())
        .count();
  }

  private static AccessRequest oneMore(ServiceNode full, ServiceName child) {
    return new AccessRequest.CreateService(
        child.value(), full.definition().permissions().children());
  }

  // ---- answers

  private void attempt(
      ServiceController run, long id, ServiceName child, Supplier<CompletableFuture<?>> act) {
    CompletableFuture<?> done;
    try {
      done = act.get();
    } catch (ServiceException e) {
      refuse(run, id, child, e);
      return;
    }
    var _ =
        done.whenComplete(
            (value, error) -> {
              if (error == null) {
                run.requests().answer(new BrokerReply(id));
              } else if (error instanceof ServiceException e) {
                refuse(run, id, child, e);
              } else {
                fail(run, id, "Error", "the host failed to do this");
              }
            });
  }

  static void refuse(ServiceController run, long id, ServiceName child, ServiceException e) {
    String message = String.valueOf(e.getMessage());
    switch (e.code()) {
      case BEYOND_PARENT -> deny(run, id, child, message);
      case DUPLICATE_NAME, NOT_CLOSED, HAS_DEPENDANTS, IMPORT_CYCLE, INVALID_DEFINITION, BEING_DESTROYED ->
          fail(run, id, "Error", message);
      case INVALID_CODE -> fail(run, id, "SyntaxError", message);
      case START_FAILED ->
          fail(
              run,
              id,
              "StartFailedError",
              "service \"%s\" did not start: %s"
                  .formatted(child, GuestWords.of(((StartFailedException) e).exitCause())));
      // How large this host is and what it has is not the guest's business.
      case OVER_HOST_LIMIT -> fail(run, id, "Error", "the host has no room for \"" + child + "\"");
      case COMPILER_MISSING -> fail(run, id, "Error", "the host can't compile \"" + child + "\"");
      case WALL_MISSING -> fail(run, id, "Error", "the host can't enforce the policy of \"" + child + "\"");
      case UNKNOWN_SERVICE,
          UNKNOWN_IMPORT,
          IMPORT_NOT_RUNNING,
          BEING_REPLACED,
          DEBUG_NOT_ALLOWED,
          NOT_RUNNING,
          NOT_ANSWERED,
          PORT_NOT_OPENED,
          NEVER_STARTED,
          EVENTS_NOT_KEPT,
          INTERRUPTED,
          MANAGER_CLOSED ->
          fail(run, id, "Error", "the host refused this for \"" + child + "\"");
    }
  }

  private static void deny(ServiceController run, long id, ServiceName child, String reason) {
    run.requests().deny(
        id,
        new AccessRequest.CreateService(child.value(), 0),
        new Decision.Denied("create", child.value(), reason, ""));
  }

  private static void fail(ServiceController run, long id, String name, String message) {
    run.requests().answer(new BrokerFailure(id, name, "", message));
  }
}
