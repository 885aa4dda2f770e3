package ringfence.host;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import ringfence.host.event.EventHeader;
import ringfence.host.event.OutputLine;
import ringfence.host.event.ServiceEvent;
import ringfence.sandbox.protocol.ControlEvent;
import ringfence.sandbox.protocol.ErrorReport;
import ringfence.sandbox.protocol.ServiceName;

/// What one run writes, throws and uses, on its way to the [EventLog]. Used by that run's worker thread only.
final class RunNews {
  /// What an event costs beside its characters, so that empty lines are not free.
  private static final int OVERHEAD = 64;

  private final EventLog log;
  private final InstantSource clock;
  private final ServiceName service;
  private final long incarnation;
  private final BooleanSupplier hurry;

  RunNews(
      EventLog log,
      InstantSource clock,
      ServiceName service,
      long incarnation,
      BooleanSupplier hurry) {
    this.log = log;
    this.clock = clock;
    this.service = service;
    this.incarnation = incarnation;
    this.hurry = hurry;
  }

  void output(OutputLine line) {
    text(
        new EventLog.EventSource(line.at(), service, incarnation),
        line.text().length(),
        header -> new ServiceEvent.Output(header, line));
  }

  void uncaughtError(Instant at, ErrorReport error) {
    text(
        new EventLog.EventSource(at, service, incarnation),
        error.message().length() + error.stack().length(),
        header -> new ServiceEvent.UncaughtError(header, error));
  }

  void resourceUse(ControlEvent.ResourceUse use) {
    Duration cpu = Duration.ofNanos(use.cpuNanos());
    log.figures(
        now(),
        OVERHEAD,
        header -> new ServiceEvent.ResourceUse(header, cpu, use.heapBytes(), use.residentBytes()));
  }

  void linkUse(ControlEvent.LinkUse use) {
    log.figures(
        now(),
        OVERHEAD,
        header -> new ServiceEvent.LinkUse(header, use.peer(), use.figures(), use.fill()));
  }

  private void text(
      EventLog.EventSource source, int characters, Function<EventHeader, ServiceEvent> text) {
    log.text(source, Math.min(ListenerThread.ROOM, characters + OVERHEAD), hurry, text);
  }

  private EventLog.EventSource now() {
    return new EventLog.EventSource(clock.instant(), service, incarnation);
  }
}
