package ringfence.jsruntime;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.jspecify.annotations.Nullable;
import ringfence.jsruntime.broker.BrokerLink;
import ringfence.jsruntime.context.ContextFactory;
import ringfence.jsruntime.context.Guest;
import ringfence.jsruntime.context.GuestCalls;
import ringfence.jsruntime.context.LinkCalls;
import ringfence.jsruntime.context.ModuleSet;
import ringfence.jsruntime.loop.EventLoop;
import ringfence.jsruntime.loop.Timers;
import ringfence.jsruntime.loop.Turns;
import ringfence.jsruntime.loop.WatchedLoops;
import ringfence.jsruntime.loop.Work;
import ringfence.jsruntime.service.ServiceTraffic;
import ringfence.jsruntime.threads.ServiceThreads;
import ringfence.sandbox.link.Calling;
import ringfence.sandbox.link.Spans;
import ringfence.sandbox.port.ConnectionPort;
import ringfence.sandbox.port.Doorbell;
import ringfence.sandbox.port.PortClosedException;
import ringfence.sandbox.protocol.BrokerRequest;
import ringfence.sandbox.protocol.CloseReason;
import ringfence.sandbox.protocol.ControlCodec;
import ringfence.sandbox.protocol.ControlEvent;
import ringfence.sandbox.protocol.ControlEvent.Asked;
import ringfence.sandbox.protocol.ControlEvent.Closed;
import ringfence.sandbox.protocol.ControlEvent.LinkCut;
import ringfence.sandbox.protocol.ControlEvent.LinkOffered;
import ringfence.sandbox.protocol.ControlEvent.Output;
import ringfence.sandbox.protocol.ControlEvent.PrepareClose;
import ringfence.sandbox.protocol.ControlEvent.RunCode;
import ringfence.sandbox.protocol.ControlEvent.SpanEnded;
import ringfence.sandbox.protocol.ControlEvent.StateChanged;
import ringfence.sandbox.protocol.ControlEvent.UncaughtError;
import ringfence.sandbox.protocol.ControlEvent.WatchSpans;
import ringfence.sandbox.protocol.ErrorReport;
import ringfence.sandbox.protocol.MalformedMessageException;
import ringfence.sandbox.protocol.OutputLevel;
import ringfence.sandbox.protocol.ServiceState;
import ringfence.sandbox.protocol.TraceContext;

/// The worker's half of one run: takes the code, runs it, closes it, and tells the host of all that.
///
/// ```
///   WAITING -- RunCode, links open --> STARTING -- top level has ended --> RUNNING
///      |                                  | | threw                          | | |
///      |         PrepareClose             | '-----> ENDED <--- crashed ------' | |
///      '----------> ENDED      CLOSING <--'          ^                         | |
///                              CLOSING <---- PrepareClose, nothing left to do -' |
///                                 '--- close handlers done, or grace over -------'--> ENDED
/// ```
/// The end of the control port or of the broker port ends the run in any state.
public final class RemoteService implements Work, GuestCalls {
  /// The status of a worker that ended as it should.
  static final int FINE = 0;

  /// The status after a failed start, a crash, or the loss of the host.
  static final int FAILED = 1;

  private enum Phase {
    WAITING,
    STARTING,
    RUNNING,
    CLOSING,
    ENDED
  }

  private final Engine engine;
  private final ControlLink control;
  private final RegionSource regions;
  private final Doorbell doorbell;
  private final EventLoop loop;
  private final Timers timers;
  private final ServiceTraffic traffic;
  private final Spans spans;
  private final BrokerLink broker;
  private final ServiceThreads threads;
  private final LinkMeter links;
  private final Inquiries inquiries;
  private final PreparedContext prepared;
  private final Map<Long, LinkOffered> opening = new HashMap<>();

  /// What timers that fire once belong to, of those that belong to a trace.
  private final Map<Integer, TraceContext> timerTraces = new HashMap<>();

  private Phase phase = Phase.WAITING;
  private int status = FAILED;
  private @Nullable RunCode code;
  private @Nullable Guest guest;

  /// Of the service, once it has one.
  private Engine ownEngine;

  private int exports;

  /// Tasks that guest code has posted and that have not run.
  private int tasks;
  private CloseReason closeReason = CloseReason.REQUESTED;
  private long closeDeadlineNanos = NEVER;
  private boolean closeHandlersDone;

  /// Makes a service that waits for its code, and its context.
  ///
  /// @param engine of the policy CONSTRAINED or for a debugger, warmed up
  /// @param broker the worker's end of the broker port
  /// @param turns counts this service's turns
  /// @param loops gets the loops of its Workers
  /// @param links tells the host of its links
  RemoteService(
      Engine engine,
      ControlLink control,
      ConnectionPort broker,
      RegionSource regions,
      Doorbell doorbell,
      Turns turns,
      WatchedLoops loops,
      LinkMeter links) {
    this.links = links;
    this.engine = engine;
    this.ownEngine = engine;
    this.inquiries = new Inquiries(control, turns);
    this.control = control;
    this.regions = regions;
    this.doorbell = doorbell;
    this.loop = new EventLoop(doorbell, this::onIdle);
    this.timers = new Timers(loop::nowNanos, this::fireTimer);
    this.traffic = new ServiceTraffic(doorbell, loop::nowNanos, () -> guest);
    this.spans = traffic.spans();
    this.broker = new BrokerLink(broker, doorbell, this::guest, spans, this::lose);
    this.threads =
        new ServiceThreads(doorbell::ring, this.broker::ask, this::guest, this::output, this::uncaught, loops);
    links.watch(traffic);
    doorbell.add(broker);
    loop.attend(this);
    loop.attend(timers);
    loop.attend(traffic);
    loop.attend(this.broker);
    loop.attend(threads);
    loop.attend(new IdleCollection(turns));
    prepared = new PreparedContext(engine, this, turns);
  }

  /// Has a work done for as long as no code has come, and behind it all that the service's context may need. To be
  /// called before [#run()].
  RemoteService whileWaiting(Work work) {
    loop.attend(
        new Work() {
          @Override
          public boolean run(int limit, long nowNanos) {
            return isWaiting() && (work.run(limit, nowNanos) || (work.dueNanos() == NEVER && prepared.loadNext()));
          }

          @Override
          public long dueNanos() {
            return isWaiting() ? work.dueNanos() : NEVER;
          }
        });
    return this;
  }

  private boolean isWaiting() {
    return phase == Phase.WAITING && code == null;
  }

  /// Serves until the run has ended. The calling thread is the only one that enters guest code.
  ///
  /// @return the status for the process to end with
  int run() {
    doorbell.add(control.port());
    loop.run();
    traffic.closeAll();
    threads.close();
    return status;
  }

  /// The context, if code has come; the caller must not be the loop's thread while guest code runs.
  @Nullable Guest context() {
    return guest;
  }

  // ---- the control port

  @Override
  public boolean run(int limit, long nowNanos) {
    if (phase == Phase.CLOSING && (closeHandlersDone || nowNanos >= closeDeadlineNanos)) {
      end(closeReason);
      return false;
    }
    try {
      int count =
          control
              .port()
              .poll((buffer, offset, length) -> on(ControlCodec.decode(buffer, offset, length)), limit);
      return count > 0 || closeHandlersDone;
    } catch (PortClosedException | MalformedMessageException _) {
      lose();
      return false;
    }
  }

  /// Without the host nobody can use this service or stop it.
  private void lose() {
    phase = Phase.ENDED;
    loop.stop();
  }

  @Override
  public long dueNanos() {
    return closeDeadlineNanos;
  }

  private void on(ControlEvent event) {
    switch (event) {
      case RunCode run -> {
        if (code != null) {
          throw new MalformedMessageException("the host sent code twice");
        }
        code = run;
        startWhenLinked();
      }
      case WatchSpans watch -> spans.watch(watch.prefix(), span -> control.send(new SpanEnded(span)));
      case LinkOffered offer -> open(offer);
      case LinkCut cut -> {
        if (opening.remove(cut.regionId()) == null) {
          // Not in the middle of a poll of this port: the guest hears of it and may send much output.
          loop.post(() -> traffic.cut(cut.regionId()));
        } else {
          startWhenLinked();
        }
      }
      case PrepareClose prepare -> loop.post(() -> prepareClose(prepare.graceMillis()));
      // Not in the middle of a poll of this port, as guest code may run.
      case Asked asked -> loop.post(() -> inquiries.take(asked, ownEngine, guest));
      case ControlEvent.RemoteReady _,
          ControlEvent.Rehearsed _,
          StateChanged _,
          UncaughtError _,
          Output _,
          ControlEvent.ResourceUse _,
          ControlEvent.LinkUse _,
          SpanEnded _,
          ControlEvent.Answered _,
          Closed _ ->
          throw new MalformedMessageException("the host sent an event of workers: " + event.getClass());
    }
  }

  private void open(LinkOffered offer) {
    opening.put(offer.regionId(), offer);
    Thread.ofPlatform()
        .daemon()
        .name("ringfence-region-" + offer.regionId())
        .start(
            () -> {
              @Nullable ConnectionPort port;
              try {
                port = regions.open(offer.regionId());
              } catch (IOException e) {
                // To the diagnostics. For the service it is a peer that has gone at once.
                System.err.println("ringfence worker: " + e.getMessage());
                port = null;
              }
              @Nullable ConnectionPort opened = port;
              loop.post(() -> opened(offer, opened));
            });
  }

  private void opened(LinkOffered offer, @Nullable ConnectionPort port) {
    boolean wanted = opening.remove(offer.regionId()) != null;
    if (port != null) {
      try {
        if (wanted) {
          traffic.add(offer.regionId(), offer.peer(), offer.role(), port);
        } else {
          port.close();
        }
      } catch (IllegalStateException e) {
        System.err.println("ringfence worker: no link to " + offer.peer() + ": " + e.getMessage());
        port.close();
      }
    }
    startWhenLinked();
  }

  private void startWhenLinked() {
    if (phase == Phase.WAITING && code != null && opening.isEmpty()) {
      phase = Phase.STARTING;
      loop.post(this::start);
    }
  }

  private void start() {
    RunCode run = Objects.requireNonNull(code);
    String policy = run.guest().sandboxPolicy();
    boolean usual = policy.equals("CONSTRAINED") || ContextFactory.isDebugged(engine);
    try {
      ModuleSet modules = new ModuleSet(run.modules(), run.entry(), run.imports());
      Engine own = usual ? engine : ContextFactory.engine(policy);
      ownEngine = own;
      if (ContextFactory.isDebugged(own)) {
        inquiries.evaluateIn(run.entry(), own);
      }
      traffic.limitCalls(run.guest().calls());
      threads.open(run.name(), own, run.guest(), modules);
      guest = prepared.take(own, run.guest(), modules);
      guest()
          .install(
              run.name(), run.imports(), run.arguments(), run.environment(), run.callTimeoutMillis());
    } catch (IllegalArgumentException e) {
      startFailed(new ErrorReport("Error", String.valueOf(e.getMessage()), "", "", 0, 0));
      return;
    }
    guest().start();
  }

  private Guest guest() {
    return Objects.requireNonNull(guest);
  }

  // ---- the end

  private void prepareClose(long graceMillis) {
    if (phase == Phase.WAITING) {
      end(CloseReason.REQUESTED);
    } else if (phase == Phase.STARTING || phase == Phase.RUNNING) {
      beginClosing(CloseReason.REQUESTED, graceMillis);
    }
  }

  private void beginClosing(CloseReason reason, long graceMillis) {
    phase = Phase.CLOSING;
    closeReason = reason;
    if (graceMillis < Long.MAX_VALUE / 2_000_000) {
      closeDeadlineNanos = loop.nowNanos() + Math.max(0, graceMillis) * 1_000_000;
    }
    if (guest == null) {
      closeHandlersDone = true;
    } else {
      guest().runCloseHandlers();
    }
  }

  private void end(CloseReason reason) {
    if (phase != Phase.ENDED) {
      phase = Phase.ENDED;
      status =
          switch (reason) {
            case REQUESTED, FINISHED -> FINE;
            case START_FAILED, CRASHED -> FAILED;
          };
      boolean _ = links.report(control);
      control.send(new Closed(reason));
      loop.stop();
    }
  }

  private void onIdle() {
    RunCode run = code;
    if (run == null || tasks > 0 || !timers.isEmpty() || traffic.isBusy(exports > 0) || threads.isBusy()) {
      return;
    }
    if (phase == Phase.STARTING && broker.waitsForStartsOnly()) {
      broker.failStarts(run.name());
      return;
    }
    if (!run.endWhenIdle() || broker.isBusy()) {
      return;
    }
    if (phase == Phase.STARTING && guest != null) {
      startFailed(
          new ErrorReport(
              "Error", "the top level of " + run.entry() + " awaits what can't happen any more", "",
              run.entry(), 0, 0));
    } else if (phase == Phase.RUNNING) {
      control.send(new StateChanged(ServiceState.CLOSING));
      beginClosing(CloseReason.FINISHED, Long.MAX_VALUE);
    } else if (phase == Phase.CLOSING && !closeHandlersDone && closeReason == CloseReason.FINISHED) {
      // A close handler awaits what can't happen; the service has nothing else to do.
      closeHandlersDone = true;
    }
  }

  // ---- what guest code asks for

  @Override
  public void bind(BiConsumer<String, ProxyExecutable> put) {
    threads.bind(put);
  }

  @Override
  public void output(OutputLevel level, String text) {
    if (phase != Phase.ENDED) {
      // At most three bytes a character, and the rest of the message.
      int longest = control.port().maxMessageBytes() / 3 - 64;
      control.send(new Output(level, text.length() <= longest ? text : text.substring(0, longest)));
    }
  }

  @Override
  public int startTimer(int delayMillis, boolean repeat) {
    int id = timers.start(delayMillis, repeat);
    TraceContext within = spans.current();
    if (within != null && !repeat) {
      timerTraces.put(id, within);
    }
    return id;
  }

  @Override
  public int startBackgroundTimer(int delayMillis) {
    return timers.startBackground(delayMillis);
  }

  @Override
  public void clearTimer(int id) {
    timers.clear(id);
    timerTraces.remove(id);
  }

  private void fireTimer(int id) {
    TraceContext before = spans.enter(timerTraces.remove(id));
    guest().fireTimer(id);
    TraceContext _ = spans.enter(before);
  }

  @Override
  public void postTask() {
    tasks++;
    TraceContext within = spans.current();
    loop.post(
        () -> {
          tasks--;
          TraceContext before = spans.enter(within);
          guest().runTask();
          TraceContext _ = spans.enter(before);
        });
  }

  @Override
  public LinkCalls links() {
    return traffic;
  }

  @Override
  public Calling ask(BrokerRequest request) {
    return broker.ask(request);
  }

  @Override
  public void uncaught(ErrorReport error) {
    if (phase != Phase.ENDED) {
      control.send(new UncaughtError(error));
      RunCode run = code;
      if (run != null && run.crashOnUncaught()) {
        end(CloseReason.CRASHED);
      }
    }
  }

  @Override
  public void started(int exports) {
    this.exports = exports;
    if (phase == Phase.STARTING) {
      phase = Phase.RUNNING;
      control.send(new StateChanged(ServiceState.RUNNING));
    }
  }

  @Override
  public void startFailed(ErrorReport error) {
    if (phase != Phase.ENDED) {
      control.send(new UncaughtError(error));
      end(CloseReason.START_FAILED);
    }
  }

  @Override
  public void closeHandlersDone() {
    closeHandlersDone = true;
  }
}
