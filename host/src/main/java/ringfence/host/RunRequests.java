package ringfence.host;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import ringfence.host.broker.Answers;
import ringfence.host.broker.AuditLog;
import ringfence.host.broker.Doorkeeper;
import ringfence.host.broker.RunBrokers;
import ringfence.host.flight.Flight;
import ringfence.host.trace.Tracing;
import ringfence.sandbox.permission.AccessRequest;
import ringfence.sandbox.permission.Decision;
import ringfence.sandbox.permission.ListenGrant;
import ringfence.sandbox.protocol.BrokerMessage;
import ringfence.sandbox.protocol.BrokerMessage.BrokerCall;
import ringfence.sandbox.protocol.BrokerMessage.BrokerDenied;
import ringfence.sandbox.protocol.BrokerMessage.BrokerFailure;
import ringfence.sandbox.protocol.BrokerMessage.BrokerReply;
import ringfence.sandbox.protocol.BrokerMessage.ChildChanged;
import ringfence.sandbox.protocol.BrokerRequest.ChildCommand;
import ringfence.sandbox.protocol.BrokerRequest.CloseHandle;
import ringfence.sandbox.protocol.BrokerRequest.CreateChild;
import ringfence.sandbox.protocol.BrokerRequest.EndThread;
import ringfence.sandbox.protocol.BrokerRequest.StartThread;
import ringfence.sandbox.protocol.FileRequest;
import ringfence.sandbox.protocol.NetworkRequest;

/// What the code of one run asks of the host, each with its one answer:
///
/// ```
///   BrokerCall --+-- files, network, Workers --> RunBrokers --------------------+--> BrokerReply, BrokerFailure, BrokerDenied
///                '-- children --> ChildRequests --> the manager: ChildBroker ---'
/// ```
/// Calls come on the worker's thread; answers may be given on any.
final class RunRequests implements Answers, AutoCloseable {
  private final ServiceController run;
  private final StepQueue steps;
  private final ServiceController.RunListener manager;
  private final Consumer<BrokerMessage> send;
  private final UnansweredCalls unanswered = new UnansweredCalls();
  private final RunBrokers brokers;
  private final ChildRequests children;

  /// @param send hands an answer to the worker; does nothing when that is gone
  /// @param readied makes the definition of a child one that can be run; blocks, and is called on a thread of its own
  RunRequests(
      ServiceController run,
      ServiceDefinition definition,
      StepQueue steps,
      ServiceController.RunListener manager,
      Consumer<BrokerMessage> send,
      AuditLog audit,
      Tracing tracing,
      UnaryOperator<ServiceDefinition> readied) {
    this.run = run;
    this.steps = steps;
    this.manager = manager;
    this.send = send;
    this.brokers =
        new RunBrokers(
            new Doorkeeper(definition.name(), run.incarnation(), definition.permissions(), audit),
            definition.limits(),
            this,
            tracing);
    this.children = new ChildRequests(run, this, definition, brokers, steps, manager, readied);
  }

  /// Takes a call, on the worker's thread.
  ///
  /// @param bytes of the message
  void take(BrokerCall call, int bytes) {
    unanswered.begin(
        call.id(),
        bytes,
        Flight.brokerCall(run.name().value(), run.incarnation(), call.request().getClass().getSimpleName(), bytes));
    switch (call.request()) {
      case CreateChild request -> children.create(call.id(), request.definitionJson());
      case ChildCommand command -> steps.post(() -> manager.commandChild(run, call.id(), command));
      case CloseHandle request -> brokers.serve(call.id(), request);
      case NetworkRequest request -> brokers.serve(call.id(), request);
      case FileRequest request -> brokers.serve(call.id(), request);
      case StartThread request -> brokers.serve(call.id(), request);
      case EndThread _ -> brokers.endThread(call.id());
    }
  }

  /// Answers a call, once.
  void answer(BrokerMessage answer) {
    unanswered.end(
        switch (answer) {
          case BrokerReply a -> a.id();
          case BrokerFailure a -> a.id();
          case BrokerDenied a -> a.id();
          case BrokerCall _, ChildChanged _ -> throw new IllegalArgumentException(answer + " is no answer");
        },
        answer.getClass().getSimpleName());
    send.accept(answer);
  }

  @Override
  public void reply(long id, byte[] value) {
    answer(new BrokerReply(id, value));
  }

  @Override
  public void fail(long id, String errorName, String code, String message) {
    answer(new BrokerFailure(id, errorName, code, message));
  }

  @Override
  public void deny(long id, Decision.Denied denied) {
    answer(new BrokerDenied(id, denied.permission(), denied.resource(), denied.sentence()));
  }

  /// Refuses a call, and has that taken down.
  void deny(long id, AccessRequest request, Decision.Denied denied) {
    deny(id, denied);
    brokers.note(request, denied);
  }

  /// Where the run serves HTTP at this moment.
  List<ListenGrant> listening() {
    return brokers.listening();
  }

  /// Ends all that is under way.
  @Override
  public void close() {
    brokers.close();
  }
}
