package ringfence.host;

import java.util.function.UnaryOperator;
import ringfence.host.broker.RunBrokers;
import ringfence.host.manifest.Manifest;
import ringfence.host.manifest.ManifestException;
import ringfence.sandbox.permission.AccessRequest;
import ringfence.sandbox.permission.Decision;
import ringfence.sandbox.protocol.BrokerMessage.BrokerFailure;

/// Reads what a run's code asks for as a child of its service, before the manager hears of it.
///
/// ```
///   granted? -- definition read, here -- taken down -- TypeScript stripped, elsewhere -- the manager: ChildBroker
/// ```
/// Belongs to the thread that serves this run's worker alone, so a long definition holds up nobody else.
final class ChildRequests {
  private final ServiceController run;
  private final RunRequests answers;
  private final ServiceDefinition parent;
  private final RunBrokers brokers;
  private final StepQueue steps;
  private final ServiceController.RunListener manager;
  private final UnaryOperator<ServiceDefinition> readied;

  /// @param readied makes a definition one that can be run; blocks
  ChildRequests(
      ServiceController run,
      RunRequests answers,
      ServiceDefinition parent,
      RunBrokers brokers,
      StepQueue steps,
      ServiceController.RunListener manager,
      UnaryOperator<ServiceDefinition> readied) {
    this.run = run;
    this.answers = answers;
    this.parent = parent;
    this.brokers = brokers;
    this.steps = steps;
    this.manager = manager;
    this.readied = readied;
  }

  /// Answers the call, now or later.
  void create(long id, String definitionJson) {
    AccessRequest request = new AccessRequest.CreateService("", 0);
    if (parent.permissions().decide(parent.name().value(), request) instanceof Decision.Denied denied) {
      // Not even read: it costs the host nothing to refuse.
      answers.deny(id, request, denied);
      return;
    }
    ServiceDefinition child;
    try {
      child =
          Manifest.child(
              "definition", definitionJson, parent.permissions().files().base(), parent.limits(), parent.jit());
    } catch (ManifestException e) {
      answers.answer(new BrokerFailure(id, "TypeError", "", String.valueOf(e.getMessage())));
      return;
    }
    // Taken down before the manager acts; whether there is room for one more is the manager's to say.
    brokers.noteThen(id, new AccessRequest.CreateService(child.name().value(), 0), () -> pass(id, child));
  }

  private void pass(long id, ServiceDefinition child) {
    if (!TypeStripper.concerns(child)) {
      steps.post(() -> manager.createChild(run, id, child));
      return;
    }
    steps.elsewhere(
        () -> {
          try {
            ServiceDefinition ready = readied.apply(child);
            steps.post(() -> manager.createChild(run, id, ready));
          } catch (ServiceException e) {
            steps.post(() -> ChildBroker.refuse(run, id, child.name(), e));
          }
        });
  }
}
