package ringfence.jsruntime.context;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.jspecify.annotations.Nullable;
import ringfence.jsruntime.loop.Turns;
import ringfence.jsruntime.observer.ModuleScope;
import ringfence.jsruntime.web.HostFunctions;
import ringfence.jsruntime.web.WebBindings;
import ringfence.sandbox.link.Calling;
import ringfence.sandbox.policy.GuestPolicy;
import ringfence.sandbox.protocol.BrokerRequest.CloseChild;
import ringfence.sandbox.protocol.BrokerRequest.CreateChild;
import ringfence.sandbox.protocol.BrokerRequest.DestroyChild;
import ringfence.sandbox.protocol.BrokerRequest.StartChild;
import ringfence.sandbox.protocol.ErrorReport;
import ringfence.sandbox.protocol.OutputLevel;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.protocol.ServiceState;
import ringfence.sandbox.protocol.TraceContext;

/// A service's context with the prelude in it. Each method that enters it is one macrotask: when it
/// returns, the promise jobs have run, and rejections that nobody handles have been reported.
///
/// Bytes go in as a host buffer, which the prelude copies at once: a 64 KiB message takes a quarter of the
/// time of writing it by eight bytes, and a fortieth of passing it as text.
///
/// Only the loop's thread may call it.
public final class Guest implements AutoCloseable {
  private final Context context;
  private final GuestCalls calls;
  private final BrokeredFileSystem files = new BrokeredFileSystem();
  private final GuestErrors errors = new GuestErrors(files::modules);
  private final long clockStep;
  private final Turns turns;
  private final Value internals;
  private final Value fireTimer;
  private final Value runTask;
  private final Value reportUncaught;
  private final Map<String, Value> functions = new HashMap<>();

  /// What the engine knows of an error that left the context, while the prelude describes it.
  private @Nullable PolyglotException escaped;

  /// What the prelude has told of the causes of the error that it will tell of next.
  private final ErrorCauses causes = new ErrorCauses();

  /// Makes the context of a service.
  ///
  /// @param turns counts each entry into the context
  public Guest(Engine engine, GuestPolicy policy, ModuleSet modules, GuestCalls calls, Turns turns) {
    this(engine, policy, calls, turns);
    become(modules);
  }

  /// Makes a context and runs the prelude in it, for a service that is not known yet.
  ///
  /// @param turns counts each entry into the context
  public Guest(Engine engine, GuestPolicy policy, GuestCalls calls, Turns turns) {
    this.turns = turns;
    this.calls = calls;
    this.clockStep = policy.preciseClock() ? 1 : 1_000_000;
    this.context = ContextFactory.context(engine, policy, files);
    Value host = Prelude.nullObject(context);
    boolean eval = policy.evalAllowed();
    bind(host, eval);
    host.putMember("mostTimers", policy.timers());
    WebBindings.bind(context, (name, function) -> put(host, name, function));
    calls.bind((name, function) -> put(host, name, function));
    NetworkBindings.bind(calls, (name, function) -> put(host, name, function));
    internals = Prelude.run(context, host);
    if (!policy.sandboxPolicy().equals("TRUSTED")) {
      internals.invokeMember("removeExtras");
    }
    fireTimer = internals.getMember("fireTimer");
    runTask = internals.getMember("runTask");
    reportUncaught = internals.getMember("reportUncaught");
  }

  /// Makes it the context of a service, whose time begins now. Called once, before anything else.
  public void become(ModuleSet modules) {
    files.serve(modules);
    internals.invokeMember("beginTime");
  }

  /// Puts the `service` object in place. Called once, before [#start].
  ///
  /// @param callTimeoutMillis of calls that name none
  public void install(
      ServiceName name,
      List<ServiceName> imports,
      List<String> arguments,
      Map<String, String> environment,
      long callTimeoutMillis) {
    imports.forEach(peer -> internals.invokeMember("addImport", peer.value()));
    arguments.forEach(text -> internals.invokeMember("addArgument", text));
    environment.forEach((key, value) -> internals.invokeMember("addVariable", key, value));
    internals.invokeMember("install", name.value(), (double) callTimeoutMillis);
  }

  /// Begins to run the entry module; [GuestCalls] hears how it went.
  public void start() {
    enter(internals.getMember("start"));
  }

  /// Runs the close handlers; [GuestCalls#closeHandlersDone] hears when they are done.
  public void runCloseHandlers() {
    enter(internals.getMember("close"));
  }

  public void fireTimer(int id) {
    enter(fireTimer, id);
  }

  /// Evaluates code that somebody types, as a turn of its own; more follow where it awaits something.
  ///
  /// @param scope of the entry module
  /// @param tell called once, here or in a later turn, or never: whether it threw, and the value or the error as text
  public void evaluate(ModuleScope scope, String code, BiConsumer<Boolean, String> tell) {
    // Looked up before: promise jobs run when a call into the context ends, and this may be one.
    Value evaluated = internals.getMember("evaluated");
    Evaluator.Outcome outcome;
    turns.begin();
    try {
      outcome = new Evaluator(context, scope).run(code);
    } finally {
      turns.end();
    }
    switch (outcome) {
      case Evaluator.Outcome.Failed failed -> tell.accept(true, failed.text());
      case Evaluator.Outcome.Ran ran -> {
        ProxyExecutable told =
            HostFunctions.guarded(
                "evaluated",
                a -> {
                  tell.accept(a[0].asBoolean(), a[1].asString());
                  return null;
                });
        Value _ = enter(evaluated, told, ran.threw(), ran.waits(), ran.value());
      }
    }
  }

  /// Runs the next of the tasks that [GuestCalls#postTask] was called for.
  public void runTask() {
    enter(runTask);
  }

  /// Tells the prelude something that came over a link.
  ///
  /// @param what the name of the internal function that takes it
  /// @return false if it says that the bytes are no value
  boolean tell(String what, Object... arguments) {
    return accepted(enter(functions.computeIfAbsent(what, internals::getMember), arguments));
  }

  /// Fulfils what was asked of the host.
  ///
  /// @param value in the form that the request names; empty if there is nothing to say
  public void brokerReply(int id, byte[] value) {
    enter(internals.getMember("brokerReply"), id, ByteBuffer.wrap(value), value.length);
  }

  /// Rejects what was asked of the host.
  ///
  /// @param code of the error; empty if it has none
  public void brokerFailure(int id, String errorName, String code, String message) {
    enter(internals.getMember("brokerFailure"), id, errorName, code, message);
  }

  /// Rejects what was asked of the host with a `PermissionDeniedError`.
  public void brokerDenied(int id, String permission, String resource, String reason) {
    enter(internals.getMember("brokerDenied"), id, permission, resource, reason);
  }

  /// Tells the listeners of a child.
  ///
  /// @param cause a sentence, or empty
  public void childChanged(ServiceName child, ServiceState state, String cause) {
    enter(internals.getMember("childChanged"), child.value(), state.word(), cause);
  }

  /// For tests, which put what a broker would provide into the prelude's place for it.
  Value internals() {
    return internals;
  }

  /// For tests: what a service has put on its global.
  Value global(String name) {
    return context.getBindings("js").getMember(name);
  }

  /// Calls a function that a chunk has put among the internals.
  ///
  /// @return whether it returned true
  public boolean invoke(String function, Object... arguments) {
    Value result = enter(internals.getMember(function), arguments);
    return result != null && result.isBoolean() && result.asBoolean();
  }

  /// Ends the context; what runs in it is cancelled where the engine can. From any thread, and waits for that.
  @Override
  public void close() {
    context.close(true);
  }

  private static boolean accepted(@Nullable Value result) {
    // Null: guest code threw out of a listener or a job; the bytes were fine.
    return result == null || !result.isBoolean() || result.asBoolean();
  }

  private @Nullable Value enter(Value function, Object... arguments) {
    turns.begin();
    try {
      return function.execute(arguments);
    } catch (PolyglotException e) {
      report(e);
      return null;
    } finally {
      turns.end();
    }
  }

  private void report(PolyglotException thrown) {
    Value value = thrown.getGuestObject();
    if (value == null || thrown.isInternalError()) {
      // The engine's own failure. Its message may name classes of ours, but goes to the host only.
      calls.uncaught(errors.report("InternalError", String.valueOf(thrown.getMessage()), "", thrown));
      return;
    }
    escaped = thrown;
    try {
      reportUncaught.executeVoid(value);
    } catch (PolyglotException e) {
      calls.uncaught(errors.report("Error", "an error could not be described", "", e));
    } finally {
      escaped = null;
    }
  }

  // ---- what the prelude can call

  private void bind(Value host, boolean eval) {
    put(host, "output", a -> {
      calls.output(OutputLevel.valueOf(a[0].asString()), a[1].asString());
      return null;
    });
    put(host, "clock", _ -> (System.nanoTime() / clockStep * clockStep) / 1e6);
    put(host, "evalAllowed", _ -> eval);
    put(host, "startTimer", a -> calls.startTimer(a[0].asInt(), a[1].asBoolean()));
    put(host, "startBackgroundTimer", a -> calls.startBackgroundTimer(a[0].asInt()));
    put(host, "clearTimer", a -> {
      calls.clearTimer(a[0].asInt());
      return null;
    });
    put(host, "postTask", _ -> {
      calls.postTask();
      return null;
    });
    LinkFunctions.bind((name, function) -> put(host, name, function), calls.links());
    put(host, "traceparent", _ -> {
      TraceContext trace = calls.links().spans().current();
      return trace == null ? "" : trace.traceparent();
    });
    put(host, "createChild", a -> number(calls.ask(new CreateChild(a[0].asString()))));
    put(host, "startChild", a -> number(calls.ask(new StartChild(new ServiceName(a[0].asString())))));
    put(host, "closeChild", a -> number(calls.ask(new CloseChild(new ServiceName(a[0].asString())))));
    put(host, "destroyChild", a -> number(calls.ask(new DestroyChild(new ServiceName(a[0].asString())))));
    FileBindings.bind(host, calls);
    put(host, "addCause", a -> {
      causes.add(errors.report(a[1].asString(), a[2].asString(), a[3].asString(), thrownAs(a[0])), a[4].asInt());
      return null;
    });
    put(host, "uncaught", a -> {
      calls.uncaught(report(a));
      return null;
    });
    put(host, "started", a -> {
      calls.started(a[0].asInt());
      return null;
    });
    put(host, "startFailed", a -> {
      calls.startFailed(report(a));
      return null;
    });
    put(host, "closeHandlersDone", _ -> {
      calls.closeHandlersDone();
      return null;
    });
  }

  private ErrorReport report(Value[] a) {
    PolyglotException thrown = escaped;
    if (thrown != null && !a[0].equals(thrown.getGuestObject())) {
      // A listener that was told of that error has thrown another one.
      thrown = null;
    }
    if (thrown == null) {
      thrown = thrownAs(a[0]);
    }
    return causes.of(errors.report(a[1].asString(), a[2].asString(), a[3].asString(), thrown));
  }

  /// What the engine knows of a value as an error; null if it is none.
  private static @Nullable PolyglotException thrownAs(Value value) {
    if (!value.isException()) {
      return null;
    }
    try {
      throw value.throwException();
    } catch (PolyglotException e) {
      return e;
    }
  }

  /// The number of a call, or why there is none.
  static Object number(Calling call) {
    return call.id() > 0 ? (Object) call.id() : LinkFunctions.word(call.sent());
  }

  /// The one way of Java functions into the context.
  static void put(Value host, String name, ProxyExecutable function) {
    host.putMember(name, HostFunctions.guarded(name, function));
  }
}
