package ringfence.host;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import ringfence.host.event.EventHeader;
import ringfence.host.event.EventHistory;
import ringfence.host.event.LifecycleEvent;
import ringfence.host.event.ServiceEvent;
import ringfence.host.event.ServicesView;
import ringfence.host.lifecycle.ExitCause;
import ringfence.host.node.Transition;
import ringfence.sandbox.protocol.ServiceName;

/// All events in one order. Lifecycle events come from the manager's thread, texts and figures from workers'
/// threads.
///
/// One short lock gives an event its number and queues it for each listener, so each hears rising numbers.
/// The last lifecycle events are kept; those that fall out are folded into the view before them, so that
/// replay always gives the state of now. Texts and figures are not kept here: [ServiceController] does that.
final class EventLog implements Journal, AutoCloseable {
  private static final Duration LAST_WORDS = Duration.ofSeconds(5);

  /// Events fall out some at a time, because each fold copies the view.
  private static final int FOLD_AT_ONCE = 256;

  private final InstantSource clock;
  private final int mostKept;
  private final Duration patience;
  private final List<ListenerThread> listeners = new CopyOnWriteArrayList<>();
  private final Deque<LifecycleEvent> kept = new ArrayDeque<>();
  private ServicesView before = ServicesView.EMPTY;
  private long sequence;
  private boolean closed;

  EventLog(InstantSource clock, int mostKept, Duration patience) {
    this.clock = clock;
    this.mostKept = mostKept;
    this.patience = patience;
  }

  // ---- the manager's thread

  @Override
  public void created(
      ServiceName service, List<ServiceName> imports, Optional<ServiceName> parent) {
    append(service, 0, header -> new ServiceEvent.Created(header, imports, parent));
  }

  @Override
  public synchronized void moved(Transition transition) {
    switch (transition.to()) {
      case STARTING -> append(transition, ServiceEvent.Starting::new);
      case RUNNING -> append(transition, ServiceEvent.Running::new);
      case CLOSING -> {
        if (transition.cause().orElse(null) instanceof ExitCause.DependencyLost lost) {
          append(transition, header -> new ServiceEvent.DependencyLost(header, lost.dependency()));
        }
        append(transition, header -> new ServiceEvent.Closing(header, transition.cause()));
      }
      case CLOSED ->
          append(
              transition,
              header -> new ServiceEvent.Closed(header, transition.cause().orElseThrow()));
      case DESTROYED -> append(transition, ServiceEvent.Destroyed::new);
      case BACKOFF -> {
        // RestartScheduled tells it, with the delay.
      }
      case CREATED -> throw new IllegalArgumentException("no arrow leads to CREATED");
    }
  }

  @Override
  public void restartScheduled(
      ServiceName service, long incarnation, Duration delay, int attempt, ExitCause cause) {
    append(
        service,
        incarnation,
        header -> new ServiceEvent.RestartScheduled(header, delay, attempt, cause));
  }

  @Override
  public void replaced(ServiceName service, long incarnation, List<ServiceName> imports) {
    append(service, incarnation, header -> new ServiceEvent.Replaced(header, imports));
  }

  private void append(Transition transition, Function<EventHeader, LifecycleEvent> event) {
    append(transition.service(), transition.incarnation(), transition.at(), event);
  }

  private void append(
      ServiceName service, long incarnation, Function<EventHeader, LifecycleEvent> event) {
    append(service, incarnation, clock.instant(), event);
  }

  private synchronized void append(
      ServiceName service,
      long incarnation,
      Instant at,
      Function<EventHeader, LifecycleEvent> change) {
    LifecycleEvent event = change.apply(new EventHeader(++sequence, at, service, incarnation));
    kept.add(event);
    if (kept.size() - mostKept >= FOLD_AT_ONCE) {
      fold();
    }
    listeners.forEach(listener -> listener.add(event));
  }

  // ---- the threads of workers

  /// @param hurry whether the run should not wait for slow listeners any more
  RunNews of(ServiceName service, long incarnation, BooleanSupplier hurry) {
    return new RunNews(this, clock, service, incarnation, hurry);
  }

  /// Tells a text, and waits for slow listeners before that, but not under the lock.
  void text(
      EventSource source, int cost, BooleanSupplier hurry, Function<EventHeader, ServiceEvent> text) {
    long until = System.nanoTime() + patience.toNanos();
    Collection<ListenerThread> roomy = new ArrayList<>();
    for (ListenerThread listener : listeners) {
      if (listener.awaitRoom(cost, until, hurry)) {
        roomy.add(listener);
      }
    }
    synchronized (this) {
      ServiceEvent event = text.apply(source.header(++sequence));
      for (ListenerThread listener : listeners) {
        // One that was added meanwhile has not been asked.
        if (roomy.contains(listener) || listener.tryRoom(cost)) {
          listener.add(event, cost);
        } else {
          listener.drop(event.header());
        }
      }
    }
  }

  /// Tells figures to those that have room.
  synchronized void figures(
      EventSource source, int cost, Function<EventHeader, ServiceEvent> figures) {
    ServiceEvent event = figures.apply(source.header(++sequence));
    for (ListenerThread listener : listeners) {
      if (listener.tryRoom(cost)) {
        listener.add(event, cost);
      }
    }
  }

  /// Whom an event of a run is about.
  record EventSource(Instant at, ServiceName service, long incarnation) {
    private EventHeader header(long sequence) {
      return new EventHeader(sequence, at, service, incarnation);
    }
  }

  // ---- any thread

  /// What is kept.
  synchronized EventHistory history() {
    fold();
    return new EventHistory(before, List.copyOf(kept));
  }

  /// The lifecycle events after one.
  ///
  /// @throws ServiceException if some of them are not kept any more, or that event has not been told yet
  synchronized List<LifecycleEvent> after(long last) {
    fold();
    if (last < before.sequence() || last > sequence) {
      throw new ServiceException(
          ErrorCode.EVENTS_NOT_KEPT,
          "events after %d are not kept; they are after %d, and the last is %d; begin again from events()"
              .formatted(last, before.sequence(), sequence));
    }
    return kept.stream().filter(event -> event.sequence() > last).toList();
  }

  /// Adds a listener for what happens from now on.
  synchronized Subscription add(ServiceListener listener) {
    return add(listener, List.of());
  }

  /// Adds a listener that hears the lifecycle events after one first.
  ///
  /// @throws ServiceException as [#after]
  synchronized Subscription add(ServiceListener listener, long last) {
    return add(listener, after(last));
  }

  private Subscription add(ServiceListener listener, List<LifecycleEvent> first) {
    if (closed) {
      throw new ServiceException(ErrorCode.MANAGER_CLOSED, "the services manager is closed");
    }
    ListenerThread thread = new ListenerThread(listener);
    first.forEach(thread::add);
    listeners.add(thread);
    return () -> remove(thread);
  }

  private synchronized void remove(ListenerThread listener) {
    listeners.remove(listener);
    // Also when the log is closing and hands over what waits.
    listener.stop();
  }

  /// Hands over what waits, for some seconds at most, and lets go of the listeners.
  @Override
  public void close() {
    List<ListenerThread> last;
    synchronized (this) {
      closed = true;
      last = List.copyOf(listeners);
      listeners.clear();
      last.forEach(ListenerThread::finish);
    }
    long until = System.nanoTime() + LAST_WORDS.toNanos();
    last.forEach(listener -> listener.awaitEnd(until));
  }

  private void fold() {
    List<LifecycleEvent> out = new ArrayList<>();
    while (kept.size() > mostKept) {
      out.add(kept.remove());
    }
    before = before.apply(out);
  }
}
