package ringfence.jsruntime.threads;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.jspecify.annotations.Nullable;
import ringfence.jsruntime.context.Guest;
import ringfence.jsruntime.context.ModuleSet;
import ringfence.jsruntime.loop.WatchedLoops;
import ringfence.jsruntime.loop.Work;
import ringfence.sandbox.permission.AccessRequest;
import ringfence.sandbox.permission.Decision;
import ringfence.sandbox.policy.GuestPolicy;
import ringfence.sandbox.link.Calling;
import ringfence.sandbox.link.Sent;
import ringfence.sandbox.protocol.BrokerMessage;
import ringfence.sandbox.protocol.BrokerMessage.BrokerDenied;
import ringfence.sandbox.protocol.BrokerMessage.BrokerFailure;
import ringfence.sandbox.protocol.BrokerMessage.BrokerReply;
import ringfence.sandbox.protocol.BrokerRequest;
import ringfence.sandbox.protocol.BrokerRequest.EndThread;
import ringfence.sandbox.protocol.BrokerRequest.StartThread;
import ringfence.sandbox.protocol.ErrorReport;
import ringfence.sandbox.protocol.OutputLevel;
import ringfence.sandbox.protocol.ServiceName;

/// The Workers of a service. Belongs to the thread of the service's loop.
///
/// The host decides on each one, takes it down and counts it; the count here is never below the host's, so that what
/// is beyond the grant is refused at once. A Worker counts until its thread has ended.
public final class ServiceThreads implements Work, AutoCloseable {
  /// Before the sentence of a denial, for the prelude.
  static final String DENIED = "denied ";

  /// Before the reason why a specifier is no module of the service, for the prelude.
  private static final String REFUSED = "refused ";

  private static final String NONE_OF_ITS_OWN =
      "a Worker starts no Worker of its own; have the service start it";

  /// Asks the host; the answer goes to the second argument.
  @FunctionalInterface
  public interface Asking {
    Calling ask(BrokerRequest request, Consumer<BrokerMessage> onAnswer);
  }

  private final Runnable wake;
  private final Asking host;
  private final Supplier<Guest> guest;
  private final BiConsumer<OutputLevel, String> output;
  private final Consumer<ErrorReport> uncaught;
  private final WatchedLoops loops;

  /// By number, until their end was told to the guest.
  private final Map<Integer, WorkerThread> workers = new LinkedHashMap<>();

  /// What the host has to hear yet.
  private int endsToTell;

  private int lastId;
  private WorkerThread.@Nullable Surroundings around;
  private @Nullable ServiceName service;
  private @Nullable ModuleSet modules;

  /// Makes an empty set.
  ///
  /// @param wake makes the service's loop take a turn; from any thread
  /// @param guest the service's
  /// @param output takes output of Workers, on their threads
  /// @param uncaught takes what neither a Worker nor the service has handled
  /// @param loops gets the loops of Workers
  public ServiceThreads(
      Runnable wake,
      Asking host,
      Supplier<Guest> guest,
      BiConsumer<OutputLevel, String> output,
      Consumer<ErrorReport> uncaught,
      WatchedLoops loops) {
    this.wake = wake;
    this.host = host;
    this.guest = guest;
    this.output = output;
    this.uncaught = uncaught;
    this.loops = loops;
  }

  /// Tells what the service is; before its context is made.
  public void open(ServiceName name, Engine engine, GuestPolicy policy, ModuleSet own) {
    service = name;
    modules = own;
    Decision nested = Decision.refused(name.value(), new AccessRequest.StartThread(0), NONE_OF_ITS_OWN);
    around =
        new WorkerThread.Surroundings(engine, policy, output, wake, loops, sentence(nested));
  }

  /// Gives the service's prelude its functions.
  public void bind(BiConsumer<String, ProxyExecutable> put) {
    put.accept("startWorker", a -> start(a[0].asString(), a[1].asString()));
    put.accept("postToWorker", a -> {
      WorkerThread worker = workers.get(a[0].asInt());
      Mail.Message message = Mail.Message.of(a, 1);
      return (message == null ? Sent.LARGE : worker == null ? Sent.CLOSED : worker.post(message)).name();
    });
    put.accept("terminateWorker", a -> {
      WorkerThread worker = workers.get(a[0].asInt());
      if (worker != null) {
        worker.terminate();
      }
      return null;
    });
  }

  /// Whether a Worker lives, which keeps the service alive.
  public boolean isBusy() {
    return !workers.isEmpty();
  }

  /// Ends all Workers. Does not wait.
  @Override
  public void close() {
    workers.values().forEach(WorkerThread::terminate);
  }

  // ---- the start

  /// @return the number of the Worker, or why there is none
  private Object start(String specifier, String workerName) {
    WorkerThread.Surroundings present = Objects.requireNonNull(around);
    int count = workers.size() + endsToTell;
    if (count >= present.policy().threads()) {
      // Asked all the same, so that the host takes the denial down.
      Calling _ = host.ask(new StartThread(), this::deniedHere);
      return DENIED
          + sentence(
              Decision.denied(Objects.requireNonNull(service).value(), new AccessRequest.StartThread(count)));
    }
    ModuleSet own;
    try {
      own = Objects.requireNonNull(modules).forWorker(specifier);
    } catch (IllegalArgumentException e) {
      return REFUSED + e.getMessage();
    }
    lastId++;
    int id = lastId;
    Calling asked = host.ask(new StartThread(), answer -> answered(id, answer));
    if (asked.id() == 0) {
      return asked.sent().name();
    }
    workers.put(id, new WorkerThread(id, workerName, own, present));
    return id;
  }

  private static String sentence(Decision decision) {
    return switch (decision) {
      case Decision.Denied denied -> denied.sentence();
      case Decision.Granted _ -> throw new IllegalArgumentException("it is granted");
    };
  }

  private void deniedHere(BrokerMessage answer) {
    if (answer instanceof BrokerReply) {
      // One has ended in the meantime, and the host let this one run, which nobody has made.
      endsToTell++;
      tellEnds();
    }
  }

  private void answered(int id, BrokerMessage answer) {
    WorkerThread worker = Objects.requireNonNull(workers.get(id));
    switch (answer) {
      case BrokerReply _ -> {
        if (worker.isTerminated()) {
          over(worker, true);
        } else {
          worker.start();
        }
      }
      case BrokerDenied denied -> notStarted(worker, "PermissionDeniedError", denied.reason());
      case BrokerFailure failure -> notStarted(worker, failure.name(), failure.message());
      case BrokerMessage.BrokerCall _, BrokerMessage.ChildChanged _ ->
          throw new IllegalArgumentException("no answer: " + answer);
    }
  }

  private void notStarted(WorkerThread worker, String errorName, String message) {
    if (!worker.isTerminated()) {
      failed(worker, new ErrorReport(errorName, message, "", "", 0, 0));
    }
    over(worker, false);
  }

  // ---- the loop's side

  @Override
  public boolean run(int limit, long nowNanos) {
    boolean more = false;
    for (WorkerThread worker : List.copyOf(workers.values())) {
      more |= serve(worker, limit);
    }
    tellEnds();
    return more;
  }

  private boolean serve(WorkerThread worker, int limit) {
    for (int taken = 0; taken < limit; taken++) {
      switch (worker.take()) {
        case Mail.Message message -> {
          boolean _ = guest.get().invoke("workerMessage", message.arguments(worker.id()));
        }
        case Mail.Failure failure -> failed(worker, failure.error());
        case null -> {
          if (worker.isOver()) {
            over(worker, true);
          }
          return false;
        }
      }
    }
    return true;
  }

  /// @param counted whether the host counts it
  private void over(WorkerThread worker, boolean counted) {
    worker.terminate();
    workers.remove(worker.id());
    endsToTell += counted ? 1 : 0;
    // Before the guest hears of it and asks for another one in its place.
    tellEnds();
    boolean _ = guest.get().invoke("workerEnded", worker.id());
  }

  private void failed(WorkerThread worker, ErrorReport error) {
    boolean taken =
        guest
            .get()
            .invoke(
                "workerFailed", worker.id(), error.headline(), error.file(), error.line(), error.column());
    if (!taken) {
      uncaught.accept(error);
    }
  }

  /// What finds no room at the host is told in a later turn; until then it counts here.
  private void tellEnds() {
    while (endsToTell > 0 && host.ask(new EndThread(), _ -> {}).id() > 0) {
      endsToTell--;
    }
  }

  @Override
  public long dueNanos() {
    return NEVER;
  }
}
