package ringfence.host.http;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpStatus;
import ringfence.host.ErrorCode;
import ringfence.host.ServiceException;
import ringfence.host.ServicesManager;
import ringfence.host.Subscription;
import ringfence.host.event.LifecycleEvent;
import ringfence.host.event.OutputLine;
import ringfence.host.event.ServiceEvent;
import ringfence.host.json.Json;
import ringfence.host.json.ServiceJson;
import ringfence.host.log.ErrorText;
import ringfence.sandbox.protocol.OutputLevel;

/// What services wrote and what happened to them, once or as it comes.
final class FeedRoutes {
  /// Each holds a connection.
  static final int MOST_FEEDS = 64;

  private static final Set<String> KINDS = Set.of("output", "usage");

  private final ServicesManager services;
  private final Duration heartbeat;
  private final Semaphore room = new Semaphore(MOST_FEEDS);
  private final Set<Feed> open = ConcurrentHashMap.newKeySet();

  /// Of this run of the host: its events are numbered anew.
  private final String epoch;

  FeedRoutes(ServicesManager services, Duration heartbeat) {
    this.services = services;
    this.heartbeat = heartbeat;
    byte[] random = new byte[6];
    new SecureRandom().nextBytes(random);
    this.epoch = HexFormat.of().formatHex(random);
  }

  List<Routes.Route> routes() {
    return List.of(
        Routes.Route.of("GET", "/api/services/{name}/logs", this::logs),
        Routes.Route.of("GET", "/api/events", this::events));
  }

  // ---- logs

  private void logs(Exchange exchange, List<String> values) throws IOException, InterruptedException {
    exchange.allowParameters("follow", "tail");
    String name = values.getFirst();
    long tail = exchange.number("tail").orElse(Long.MAX_VALUE);
    if (exchange.flag("follow", false)) {
      follow(exchange, name, tail);
      return;
    }
    List<OutputLine> lines = tail(services.output(name), tail);
    StringBuilder text = new StringBuilder();
    if (exchange.accepts(Exchange.LINES)) {
      lines.forEach(line -> text.append(json(line)).append('\n'));
      exchange.reply(HttpStatus.OK_200, Exchange.LINES, text.toString());
    } else {
      lines.forEach(line -> text.append(line.text()).append('\n'));
      exchange.reply(HttpStatus.OK_200, Exchange.TEXT, text.toString());
    }
  }

  private void follow(Exchange exchange, String name, long tail) throws IOException, InterruptedException {
    // Refuses a service that is not there, before the answer begins.
    List<OutputLine> _ = services.output(name);
    LogFeed log = new LogFeed(name);
    Feed feed = new Feed(log);
    log.end = feed::finish;
    run(
        exchange,
        feed,
        () -> {
          Subscription subscription = services.addListener(feed);
          try {
            List<OutputLine> before = services.output(name);
            log.told(before);
            return new Start(subscription, tail(before, tail).stream().map(line -> Feed.frame("", "", json(line))).toList());
          } catch (ServiceException e) {
            subscription.close();
            log.told(List.of());
            throw e;
          }
        });
  }

  private static List<OutputLine> tail(List<OutputLine> lines, long most) {
    return lines.size() <= most ? lines : lines.subList(lines.size() - (int) most, lines.size());
  }

  private static String json(OutputLine line) {
    return Json.text(json -> ServiceJson.line(json, line));
  }

  /// The lines of one service, without those that were told as its past.
  private static final class LogFeed implements Function<ServiceEvent, Optional<String>> {
    private final String name;
    private final Deque<OutputLine> past = new ArrayDeque<>();
    private boolean pastIsKnown;
    private Runnable end = () -> {};

    LogFeed(String name) {
      this.name = name;
    }

    synchronized void told(List<OutputLine> lines) {
      past.addAll(lines);
      pastIsKnown = true;
      notifyAll();
    }

    @Override
    public synchronized Optional<String> apply(ServiceEvent event) {
      if (!event.service().value().equals(name)) {
        return Optional.empty();
      }
      return switch (event) {
        case ServiceEvent.Output(_, OutputLine line) -> frame(line);
        case ServiceEvent.UncaughtError e ->
            frame(new OutputLine(e.at(), OutputLevel.ERROR, ErrorText.of("Uncaught ", e.error())));
        case ServiceEvent.OutputDropped e ->
            Optional.of(Feed.frame("", "dropped", Json.line(json -> json.writeNumberField("count", e.count()))));
        case ServiceEvent.Destroyed _ -> {
          end.run();
          yield Optional.empty();
        }
        default -> Optional.empty();
      };
    }

    private Optional<String> frame(OutputLine line) {
      return isPast(line) ? Optional.empty() : Optional.of(Feed.frame("", "", json(line)));
    }

    // A line that came between the listener and the look at the past is in both; kept lines are cut.
    private boolean isPast(OutputLine line) {
      try {
        while (!pastIsKnown) {
          wait();
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return true;
      }
      while (!past.isEmpty()) {
        OutputLine told = past.remove();
        if (told.at().equals(line.at()) && line.text().startsWith(beginning(told.text()))) {
          return true;
        }
      }
      return false;
    }
  }

  private static String beginning(String text) {
    return text.substring(0, Math.min(80, text.length()));
  }

  // ---- events

  private void events(Exchange exchange, List<String> values) throws IOException, InterruptedException {
    exchange.allowParameters("after", "include");
    Set<String> include = include(exchange);
    if (exchange.accepts(Exchange.LINES)) {
      StringBuilder text = new StringBuilder();
      for (LifecycleEvent event : services.eventsAfter(exchange.number("after").orElse(services.events().before().sequence()))) {
        text.append(json(event)).append('\n');
      }
      exchange.reply(HttpStatus.OK_200, Exchange.LINES, text.toString());
      return;
    }
    Feed feed =
        new Feed(
            event -> isWanted(event, include) ? Optional.of(Feed.frame(id(event.sequence()), "", json(event))) : Optional.empty());
    Optional<String> last = exchange.header("Last-Event-ID").or(() -> exchange.number("after").map(this::id));
    run(exchange, feed, () -> last.map(id -> startAfter(feed, id)).orElseGet(() -> new Start(services.addListener(feed), List.of())));
  }

  private static Set<String> include(Exchange exchange) {
    Set<String> include =
        exchange.parameter("include").map(list -> new HashSet<>(List.of(list.split(",", -1)))).orElse(new HashSet<>());
    for (String kind : include) {
      if (!KINDS.contains(kind)) {
        throw Problem.badRequest("include=" + kind + " is nothing that can be included; output and usage are");
      }
    }
    return include;
  }

  private static boolean isWanted(ServiceEvent event, Set<String> include) {
    return switch (event) {
      case LifecycleEvent _, ServiceEvent.UncaughtError _ -> true;
      case ServiceEvent.Output _, ServiceEvent.OutputDropped _ -> include.contains("output");
      case ServiceEvent.ResourceUse _, ServiceEvent.LinkUse _ -> include.contains("usage");
    };
  }

  /// A client that goes on after an event hears what is kept since; if that is not all, it is told how things are now.
  private Start startAfter(Feed feed, String id) {
    try {
      return new Start(services.addListener(feed, sequence(id)), List.of());
    } catch (ServiceException e) {
      if (e.code() != ErrorCode.EVENTS_NOT_KEPT) {
        throw e;
      }
      Subscription subscription = services.addListener(feed);
      try {
        return new Start(subscription, List.of(reset()));
      } catch (ServiceException closed) {
        subscription.close();
        throw closed;
      }
    }
  }

  private String reset() {
    long last = services.events().sequence();
    return Feed.frame(
        id(last),
        "reset",
        Json.line(
            json -> {
              json.writeArrayFieldStart("services");
              for (var status : services.statuses()) {
                ServiceJson.status(json, status);
              }
              json.writeEndArray();
            }));
  }

  private String id(long sequence) {
    return epoch + "-" + sequence;
  }

  /// @return beyond all events if it is of another run of the host
  private long sequence(String id) {
    String prefix = epoch + "-";
    try {
      return id.startsWith(prefix) ? Long.parseLong(id.substring(prefix.length())) : Long.MAX_VALUE;
    } catch (NumberFormatException _) {
      return Long.MAX_VALUE;
    }
  }

  private static String json(ServiceEvent event) {
    return Json.text(json -> ServiceJson.event(json, event));
  }

  // ---- both

  /// How a feed begins.
  ///
  /// @param first sent before what the listener hears
  private record Start(Subscription subscription, List<String> first) {}

  /// Begins a feed.
  @FunctionalInterface
  private interface Starter {
    Start start();
  }

  private void run(Exchange exchange, Feed feed, Starter starter) throws IOException, InterruptedException {
    if (!room.tryAcquire()) {
      throw new Problem(
          HttpStatus.SERVICE_UNAVAILABLE_503,
          "TOO_MANY_FEEDS",
          MOST_FEEDS + " clients follow this host already, and that is as many as it serves");
    }
    try {
      open.add(feed);
      Start start = starter.start();
      try (feed;
          var _ = start.subscription()) {
        exchange.begin(Exchange.EVENTS);
        // So that the client knows that it is heard.
        exchange.write(":\n\n");
        for (String frame : start.first()) {
          exchange.write(frame);
        }
        feed.send(exchange, heartbeat);
        exchange.end();
      }
    } finally {
      open.remove(feed);
      room.release();
    }
  }

  /// Lets all feeds end after what they have.
  void finish() {
    open.forEach(Feed::finish);
  }
}
