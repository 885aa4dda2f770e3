package ringfence.sandbox.protocol;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import ringfence.sandbox.policy.GuestPolicy;
import ringfence.sandbox.port.RingFill;
import ringfence.sandbox.protocol.ControlEvent.Answered;
import ringfence.sandbox.protocol.ControlEvent.Asked;
import ringfence.sandbox.protocol.ControlEvent.Closed;
import ringfence.sandbox.protocol.ControlEvent.LinkCut;
import ringfence.sandbox.protocol.ControlEvent.LinkOffered;
import ringfence.sandbox.protocol.ControlEvent.LinkUse;
import ringfence.sandbox.protocol.ControlEvent.Output;
import ringfence.sandbox.protocol.ControlEvent.PrepareClose;
import ringfence.sandbox.protocol.ControlEvent.Rehearsed;
import ringfence.sandbox.protocol.ControlEvent.RemoteReady;
import ringfence.sandbox.protocol.ControlEvent.ResourceUse;
import ringfence.sandbox.protocol.ControlEvent.RunCode;
import ringfence.sandbox.protocol.ControlEvent.SpanEnded;
import ringfence.sandbox.protocol.ControlEvent.StateChanged;
import ringfence.sandbox.protocol.ControlEvent.UncaughtError;
import ringfence.sandbox.protocol.ControlEvent.WatchSpans;

/// The bytes of a [ControlEvent]; their form is drawn in `MessageReader`.
public final class ControlCodec {
  private static final int VERSION = 1;

  private static final int REMOTE_READY = 1;
  private static final int RUN_CODE = 2;
  private static final int STATE_CHANGED = 3;
  private static final int UNCAUGHT_ERROR = 4;
  private static final int OUTPUT = 5;
  private static final int RESOURCE_USE = 6;
  private static final int PREPARE_CLOSE = 7;
  private static final int CLOSED = 8;
  private static final int LINK_OFFERED = 9;
  private static final int LINK_CUT = 10;
  private static final int LINK_USE = 11;
  private static final int WATCH_SPANS = 12;
  private static final int SPAN_ENDED = 13;
  private static final int ASKED = 14;
  private static final int ANSWERED = 15;
  private static final int REHEARSED = 16;

  private static final ServiceState[] STATES = ServiceState.values();
  private static final OutputLevel[] LEVELS = OutputLevel.values();
  private static final CloseReason[] REASONS = CloseReason.values();
  private static final LinkRole[] ROLES = LinkRole.values();
  private static final SpanRecord.Kind[] SPAN_KINDS = SpanRecord.Kind.values();
  private static final SpanRecord.Outcome[] OUTCOMES = SpanRecord.Outcome.values();

  private ControlCodec() {}

  public static byte[] encode(ControlEvent event) {
    MessageWriter out = new MessageWriter(VERSION, kind(event), 64);
    switch (event) {
      case RemoteReady e -> out.text(e.buildId()).flag(e.sealed());
      case RunCode e -> runCode(out, e);
      case StateChanged e -> out.constant(e.state());
      case UncaughtError e -> out.error(e.error());
      case Output e -> out.constant(e.level()).text(e.text());
      case ResourceUse e -> 
          out.i64(e.cpuNanos()).i64(e.heapBytes()).i64(e.residentBytes()).i64(e.turnMillis());
      case PrepareClose e -> out.i64(e.graceMillis());
      case Closed e -> out.constant(e.reason());
      case LinkOffered e ->
          out.i64(e.regionId()).text(e.peer().value()).constant(e.role());
      case LinkCut e -> out.i64(e.regionId());
      case LinkUse e -> linkUse(out, e);
      case WatchSpans e -> out.u32(e.prefix());
      case SpanEnded e -> span(out, e.span());
      case Rehearsed _ -> {
        // Its kind says it all.
      }
      case Asked e -> QuestionCodec.write(out.i64(e.id()), e.question());
      case Answered e -> QuestionCodec.write(out.i64(e.id()), e.answer());
    }
    return out.toBytes();
  }

  /// Reads an event that a port handed over.
  ///
  /// @throws MalformedMessageException if the bytes are not exactly one event
  public static ControlEvent decode(byte[] buffer, int offset, int length) {
    MessageReader in = new MessageReader(buffer, offset, length, VERSION);
    int kind = in.u8("kind");
    ControlEvent event =
        switch (kind) {
          case REMOTE_READY -> new RemoteReady(in.text("build id"), in.flag("sealed"));
          case RUN_CODE -> runCode(in);
          case STATE_CHANGED -> new StateChanged(in.constant(STATES, "state"));
          case UNCAUGHT_ERROR -> new UncaughtError(in.error());
          case OUTPUT -> new Output(in.constant(LEVELS, "level"), in.text("text"));
          case RESOURCE_USE ->
              new ResourceUse(in.i64("cpu"), in.i64("heap"), in.i64("resident"), in.i64("turn"));
          case PREPARE_CLOSE -> new PrepareClose(in.i64("grace"));
          case CLOSED -> new Closed(in.constant(REASONS, "reason"));
          case LINK_OFFERED ->
              new LinkOffered(
                  in.i64("region"), in.serviceName("peer"), in.constant(ROLES, "role"));
          case LINK_CUT -> new LinkCut(in.i64("region"));
          case LINK_USE -> linkUse(in);
          case WATCH_SPANS -> new WatchSpans(in.u32("prefix"));
          case SPAN_ENDED -> new SpanEnded(span(in));
          case REHEARSED -> new Rehearsed();
          case ASKED -> new Asked(in.i64("id"), QuestionCodec.readQuestion(in));
          case ANSWERED -> new Answered(in.i64("id"), QuestionCodec.readAnswer(in));
          default -> throw new MalformedMessageException("no control event has kind " + kind);
        };
    in.end();
    return event;
  }

  private static int kind(ControlEvent event) {
    return switch (event) {
      case RemoteReady _ -> REMOTE_READY;
      case RunCode _ -> RUN_CODE;
      case StateChanged _ -> STATE_CHANGED;
      case UncaughtError _ -> UNCAUGHT_ERROR;
      case Output _ -> OUTPUT;
      case ResourceUse _ -> RESOURCE_USE;
      case PrepareClose _ -> PREPARE_CLOSE;
      case Closed _ -> CLOSED;
      case LinkOffered _ -> LINK_OFFERED;
      case LinkCut _ -> LINK_CUT;
      case LinkUse _ -> LINK_USE;
      case WatchSpans _ -> WATCH_SPANS;
      case SpanEnded _ -> SPAN_ENDED;
      case Rehearsed _ -> REHEARSED;
      case Asked _ -> ASKED;
      case Answered _ -> ANSWERED;
    };
  }

  private static void runCode(MessageWriter out, RunCode e) {
    out.text(e.name().value()).i64(e.incarnation()).text(e.entry());
    texts(out, e.modules());
    out.u32(e.imports().size());
    e.imports().forEach(name -> out.text(name.value()));
    out.u32(e.arguments().size());
    e.arguments().forEach(out::text);
    texts(out, e.environment());
    out.text(e.guest().sandboxPolicy())
        .flag(e.guest().evalAllowed())
        .flag(e.guest().preciseClock())
        .u32(e.guest().threads())
        .u32(e.guest().timers())
        .u32(e.guest().calls())
        .i64(e.callTimeoutMillis())
        .flag(e.endWhenIdle())
        .flag(e.crashOnUncaught());
  }

  private static RunCode runCode(MessageReader in) {
    ServiceName name = in.serviceName("name");
    long incarnation = in.i64("incarnation");
    String entry = in.text("entry");
    SequencedMap<String, String> modules = texts(in, "modules");
    List<ServiceName> imports = new ArrayList<>();
    for (int left = in.count("imports", 4); left > 0; left--) {
      imports.add(in.serviceName("import"));
    }
    List<String> arguments = new ArrayList<>();
    for (int left = in.count("arguments", 4); left > 0; left--) {
      arguments.add(in.text("argument"));
    }
    Map<String, String> environment = texts(in, "environment");
    GuestPolicy guest =
        new GuestPolicy(
            in.text("sandbox policy"),
            in.flag("eval"),
            in.flag("precise clock"),
            in.u32("threads"),
            in.u32("timers"),
            in.u32("calls"));
    return new RunCode(
        name,
        incarnation,
        entry,
        modules,
        imports,
        arguments,
        environment,
        guest,
        in.i64("call timeout"),
        in.flag("end when idle"),
        in.flag("crash on uncaught"));
  }

  private static void linkUse(MessageWriter out, LinkUse e) {
    out.text(e.peer().value());
    for (long number : e.figures().toArray()) {
      out.i64(number);
    }
    out.i64(e.fill().sentBytes()).i64(e.fill().arrivedBytes()).i64(e.fill().capacityBytes());
  }

  private static LinkUse linkUse(MessageReader in) {
    ServiceName peer = in.serviceName("peer");
    long[] numbers = new long[LinkFigures.NUMBERS];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = in.i64("figure");
      if (numbers[i] < 0 || numbers[i] > LinkFigures.MOST) {
        throw new MalformedMessageException("a figure of a link is " + numbers[i]);
      }
    }
    RingFill fill = new RingFill(in.i64("sent"), in.i64("arrived"), in.i64("capacity"));
    if (!fill.isSound()) {
      throw new MalformedMessageException("a ring can't hold what is said: " + fill);
    }
    return new LinkUse(peer, new LinkFigures(numbers), fill);
  }

  private static void span(MessageWriter out, SpanRecord span) {
    span.context().write(out);
    out.i64(span.parentId())
        .constant(span.kind())
        .text(span.name())
        .text(span.peer())
        .i64(span.startMicros())
        .i64(span.durationMicros())
        .constant(span.outcome());
  }

  private static SpanRecord span(MessageReader in) {
    return new SpanRecord(
        TraceContext.read(in),
        in.i64("parent"),
        in.constant(SPAN_KINDS, "kind"),
        in.text("name"),
        in.text("peer"),
        in.i64("start"),
        in.i64("duration"),
        in.constant(OUTCOMES, "outcome"));
  }

  private static void texts(MessageWriter out, Map<String, String> texts) {
    out.u32(texts.size());
    texts.forEach((key, value) -> out.text(key).text(value));
  }

  private static SequencedMap<String, String> texts(MessageReader in, String field) {
    SequencedMap<String, String> texts = new LinkedHashMap<>();
    for (int left = in.count(field, 8); left > 0; left--) {
      if (texts.put(in.text(field), in.text(field)) != null) {
        throw new MalformedMessageException(field + " names the same key twice");
      }
    }
    return texts;
  }
}
