package ringfence.sandbox.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import ringfence.sandbox.file.OpenFile;
import ringfence.sandbox.policy.GuestPolicy;
import ringfence.sandbox.port.RingFill;

class ProtocolTest {

  static Stream<ControlEvent> controlEvents() {
    SequencedMap<String, String> modules = new LinkedHashMap<>();
    modules.put("page.js", "import './b.js'; // \u20ac \ud83d\ude00");
    modules.put("b.js", "");
    return Stream.of(
        new ControlEvent.RemoteReady("0123abcd", true),
        new ControlEvent.Rehearsed(),
        new ControlEvent.RunCode(
            new ServiceName("page"),
            7,
            "page.js",
            modules,
            List.of(new ServiceName("counter"), new ServiceName("store")),
            List.of("", "a b"),
            Map.of("LOG_LEVEL", "debug"),
            new GuestPolicy("CONSTRAINED", false, true, 2, 3, 4),
            60_000,
            true,
            false),
        new ControlEvent.StateChanged(ServiceState.RUNNING),
        new ControlEvent.UncaughtError(
            new ErrorReport(
                "TypeError", "no", "    at f (page.js:1:2)", "page.js", 1, 2,
                List.of(
                    new ErrorReport("Error", "why", "", "a.js", 3, 4, List.of(new ErrorReport("", "7", "", "", 0, 0))),
                    new ErrorReport("RangeError", "other", "", "", 0, 0)))),
        new ControlEvent.Output(OutputLevel.WARN, "a\nb\u0000c"),
        new ControlEvent.ResourceUse(1, Long.MAX_VALUE, -1, 7),
        new ControlEvent.PrepareClose(10_000),
        new ControlEvent.Closed(CloseReason.FINISHED),
        new ControlEvent.LinkOffered(1L << 40, new ServiceName("counter"), LinkRole.IMPORT),
        new ControlEvent.LinkCut(3),
        new ControlEvent.LinkUse(new ServiceName("counter"), LinkFigures.NONE, RingFill.UNKNOWN),
        new ControlEvent.LinkUse(
            new ServiceName("counter"),
            LinkFigures.of(LongStream.range(0, LinkFigures.numbers()).map(n -> n * n).toArray()),
            new RingFill(7, 0, 8)),
        new ControlEvent.WatchSpans(-7),
        new ControlEvent.Asked(1, new Question.Profile(1, 1000)),
        new ControlEvent.Asked(-1, new Question.Evaluate("await 1 // \u20ac")),
        new ControlEvent.Asked(4, new Question.Memory()),
        new ControlEvent.Answered(
            4, new Answer.Summed(new HeapSums(1, 2, 3, 4, 5, 6, 7, everyKind(new HeapSums.Sum(1L << 50, 8)), 9))),
        new ControlEvent.Answered(2, new Answer.Evaluated(true, "Error: \u20ac")),
        new ControlEvent.Answered(Long.MAX_VALUE, new Answer.Refused("\u20ac")),
        new ControlEvent.Answered(
            3,
            new Answer.Profiled(
                new CallTree(
                    List.of(CallTree.Place.ROOT, new CallTree.Place("hot", "a.js", 1, Integer.MAX_VALUE)),
                    List.of(new CallTree.Node(-1, 0), new CallTree.Node(0, 1), new CallTree.Node(1, 1)),
                    List.of(new CallTree.Sample(2, 0, 1), new CallTree.Sample(0, 7, 0))))),
        new ControlEvent.SpanEnded(
            new SpanRecord(
                TRACE, 5, SpanRecord.Kind.EVENT, "chang\u20acd", "counter", 1, Long.MAX_VALUE, SpanRecord.Outcome.LOST)));
  }

  private static Map<HeapSums.Kind, HeapSums.Sum> everyKind(HeapSums.Sum sum) {
    return Stream.of(HeapSums.Kind.values()).collect(Collectors.toMap(kind -> kind, _ -> sum));
  }

  private static final TraceContext TRACE = new TraceContext(0, -1, Long.MIN_VALUE, 0xff, "a=b, c=d");

  static Stream<ServiceMessage> serviceMessages() {
    return Stream.of(
        new ServiceMessage.Request(1, 60_000, "increment", new byte[] {1, 2}),
        new ServiceMessage.Request(
            2,
            1,
            "take",
            new byte[] {3},
            List.of(new ServiceMessage.Transfer(1, true), new ServiceMessage.Transfer(-3, false)),
            null),
        new ServiceMessage.Request(3, 5, "take", new byte[] {3}, List.of(new ServiceMessage.Transfer(1, true)), TRACE),
        new ServiceMessage.Event("traced", new byte[] {8}, TRACE),
        new ServiceMessage.Cancel(7, CancelCause.TIMEOUT),
        new ServiceMessage.Response(3, new byte[] {1}, List.of(new ServiceMessage.Transfer(2, true))),
        new ServiceMessage.Subscribe(3, EventPolicy.DROP_OLDEST, 12),
        new ServiceMessage.Unsubscribed(9),
        new ServiceMessage.StreamItem(1, false, new byte[] {1, 2, 3}),
        new ServiceMessage.StreamItem(Long.MAX_VALUE, true, new byte[0]),
        new ServiceMessage.StreamItem(
            5, true, new byte[] {1}, List.of(new ServiceMessage.Transfer(7, true), new ServiceMessage.Transfer(9, false))),
        new ServiceMessage.StreamEnd(4, false, new byte[] {5}),
        new ServiceMessage.StreamCancel(6, new byte[] {7}),
        new ServiceMessage.Credit(0, Long.MIN_VALUE),
        new ServiceMessage.Response(-1, new byte[0]),
        new ServiceMessage.Failure(Long.MIN_VALUE, new byte[300]),
        new ServiceMessage.Event("changed", new byte[] {9}),
        new ServiceMessage.Gap(12));
  }

  static Stream<BrokerMessage> brokerMessages() {
    ServiceName part = new ServiceName("part");
    return Stream.of(
        new BrokerMessage.BrokerCall(
            1, new BrokerRequest.CreateChild("{\"name\": \"\u20ac \ud83d\ude00\"}")),
        new BrokerMessage.BrokerCall(2, new BrokerRequest.StartChild(part)),
        new BrokerMessage.BrokerCall(Long.MAX_VALUE, new BrokerRequest.CloseChild(part)),
        new BrokerMessage.BrokerCall(-1, new BrokerRequest.DestroyChild(part)),
        new BrokerMessage.BrokerReply(3),
        new BrokerMessage.BrokerCall(9, new BrokerRequest.CloseHandle(7)),
        new BrokerMessage.BrokerCall(
            10,
            new NetworkRequest.BeginFetch(
                "POST", "http://a.test/\u20ac", List.of(new HttpHeader("a", "b"), new HttpHeader("", "")), -2)),
        new BrokerMessage.BrokerCall(11, new NetworkRequest.WriteBody(3, new byte[] {1, 2})),
        new BrokerMessage.BrokerCall(12, new NetworkRequest.EndBody(3)),
        new BrokerMessage.BrokerCall(13, new NetworkRequest.AwaitResponse(3)),
        new BrokerMessage.BrokerCall(14, new NetworkRequest.ReadResponse(3)),
        new BrokerMessage.BrokerCall(
            10,
            new FileRequest.Open("a/\u20ac", new OpenFile.Mode(true, true, true, false, true, false), 0600)),
        new BrokerMessage.BrokerCall(11, new FileRequest.Read(3, -1, FileRequest.MOST_BYTES)),
        new BrokerMessage.BrokerCall(12, new FileRequest.Write(3, 1L << 40, new byte[] {1, -1})),
        new BrokerMessage.BrokerCall(13, new FileRequest.Truncate(3, Long.MAX_VALUE)),
        new BrokerMessage.BrokerCall(14, new FileRequest.Sync(3, true)),
        new BrokerMessage.BrokerCall(15, new FileRequest.HandleStatus(3)),
        new BrokerMessage.BrokerCall(16, new FileRequest.Status("a", false)),
        new BrokerMessage.BrokerCall(17, new FileRequest.List("")),
        new BrokerMessage.BrokerCall(18, new FileRequest.ListOn(9)),
        new BrokerMessage.BrokerCall(19, new FileRequest.Access("a", 7)),
        new BrokerMessage.BrokerCall(20, new FileRequest.MakeFolder("a\0b", true, 0777)),
        new BrokerMessage.BrokerCall(21, new FileRequest.Remove("a", FileRequest.Removal.TREE)),
        new BrokerMessage.BrokerCall(22, new FileRequest.Rename("a", "../b")),
        new BrokerMessage.BrokerCall(23, new FileRequest.Copy("a", "b", true)),
        new BrokerMessage.BrokerCall(10, new BrokerRequest.StartThread()),
        new BrokerMessage.BrokerCall(11, new BrokerRequest.EndThread()),
        new BrokerMessage.BrokerCall(15, new NetworkRequest.OpenServer()),
        new BrokerMessage.BrokerCall(16, new NetworkRequest.AwaitRequests(4)),
        new BrokerMessage.BrokerCall(17, new NetworkRequest.ReadRequest(4, 5)),
        new BrokerMessage.BrokerCall(
            18,
            new NetworkRequest.Respond(
                4, 5, 200, List.of(new HttpHeader("x", "y")), NetworkRequest.NO_BODY, new byte[3], true)),
        new BrokerMessage.BrokerCall(19, new NetworkRequest.WriteResponse(4, 5, new byte[2], false)),
        new BrokerMessage.BrokerCall(20, new NetworkRequest.AbortRequest(4, 5)),
        new BrokerMessage.BrokerCall(21, new NetworkRequest.StopServer(4)),
        new BrokerMessage.BrokerCall(22, new NetworkRequest.OpenWebSocket("wss://a.test/", List.of("b", "c"))),
        new BrokerMessage.BrokerCall(23, new NetworkRequest.OpenWebSocket("", List.of())),
        new BrokerMessage.BrokerCall(24, new NetworkRequest.ReadWebSocket(4)),
        new BrokerMessage.BrokerCall(25, new NetworkRequest.WriteWebSocket(4, true, false, new byte[] {1, -1})),
        new BrokerMessage.BrokerCall(26, new NetworkRequest.CloseWebSocket(4, 4999, "enough")),
        new BrokerMessage.BrokerReply(4, new byte[] {0, -1, 7}),
        new BrokerMessage.BrokerFailure(5, "StartFailedError", "ENOENT", "no"),
        new BrokerMessage.BrokerDenied(6, "create", "part", "grant it"),
        new BrokerMessage.ChildChanged(part, ServiceState.CLOSED, "it crashed"));
  }

  @ParameterizedTest
  @MethodSource("brokerMessages")
  void everyBrokerMessageComesBackAsItWas(BrokerMessage message) {
    byte[] bytes = BrokerCodec.encode(message);
    byte[] shifted = new byte[bytes.length + 5];
    System.arraycopy(bytes, 0, shifted, 3, bytes.length);
    assertThat(BrokerCodec.decode(shifted, 3, bytes.length)).isEqualTo(message);
  }

  @ParameterizedTest
  @MethodSource("brokerMessages")
  void aCutBrokerMessageIsRefusedAtEveryLength(BrokerMessage message) {
    byte[] bytes = BrokerCodec.encode(message);
    for (int length = 0; length < bytes.length; length++) {
      int cut = length;
      assertThatThrownBy(() -> BrokerCodec.decode(bytes, 0, cut))
          .isInstanceOf(MalformedMessageException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("controlEvents")
  void everyControlEventComesBackAsItWas(ControlEvent event) {
    byte[] bytes = ControlCodec.encode(event);
    assertThat(ControlCodec.decode(bytes, 0, bytes.length)).isEqualTo(event);
  }

  @ParameterizedTest
  @MethodSource("serviceMessages")
  void everyServiceMessageComesBackAsItWas(ServiceMessage message) {
    byte[] bytes = ServiceMessageCodec.encode(message);
    byte[] shifted = new byte[bytes.length + 5];
    System.arraycopy(bytes, 0, shifted, 3, bytes.length);
    assertThat(ServiceMessageCodec.decode(shifted, 3, bytes.length))
        .usingRecursiveComparison()
        .isEqualTo(message);
  }

  @ParameterizedTest
  @MethodSource("controlEvents")
  void aCutControlEventIsRefusedAtEveryLength(ControlEvent event) {
    byte[] bytes = ControlCodec.encode(event);
    for (int length = 0; length < bytes.length; length++) {
      int cut = length;
      assertThatThrownBy(() -> ControlCodec.decode(bytes, 0, cut))
          .isInstanceOf(MalformedMessageException.class);
    }
  }

  @Test
  void bytesBehindTheLastFieldAreRefused() {
    byte[] bytes = ControlCodec.encode(new ControlEvent.LinkCut(3));
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    assertThatThrownBy(() -> ControlCodec.decode(longer, 0, longer.length))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessage("1 bytes follow the last field");
  }

  @Test
  void anotherVersionIsRefusedAndBothAreNamed() {
    byte[] bytes = ControlCodec.encode(new ControlEvent.LinkCut(3));
    bytes[0] = 2;
    assertThatThrownBy(() -> ControlCodec.decode(bytes, 0, bytes.length))
        .hasMessage("message has version 2, this side speaks 1");
  }

  /// Attack: a worker says that it called less than nothing, which would make a counter of the host fall.
  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, LinkFigures.MOST + 1})
  void aFigureOutOfBoundsIsRefused(long figure) {
    byte[] bytes =
        ControlCodec.encode(
            new ControlEvent.LinkUse(new ServiceName("a"), LinkFigures.NONE, RingFill.UNKNOWN));
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(bytes.length - 4 * Long.BYTES, figure);
    assertThatThrownBy(() -> ControlCodec.decode(bytes, 0, bytes.length))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessage("a figure of a link is " + figure);
  }

  /// Attack: a length that claims 2 GiB, so that the reader allocates it.
  @Test
  void aClaimedLengthIsCheckedBeforeAnythingIsAllocated() {
    byte[] bytes = ServiceMessageCodec.encode(new ServiceMessage.Response(1, new byte[4]));
    bytes[10] = (byte) 0xff;
    bytes[11] = (byte) 0xff;
    bytes[12] = (byte) 0xff;
    bytes[13] = (byte) 0x7f;
    assertThatThrownBy(() -> ServiceMessageCodec.decode(bytes, 0, bytes.length))
        .hasMessage("value claims 2147483647 bytes, 8 are left");
  }

  /// Attack: any bytes at all. Either they are a message or they are refused; nothing else happens.
  @Test
  void anyBytesAreAMessageOrAreRefused() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<byte[]> seeds =
        Stream.of(
                controlEvents().map(ControlCodec::encode),
                serviceMessages().map(ServiceMessageCodec::encode),
                brokerMessages().map(BrokerCodec::encode))
            .flatMap(encoded -> encoded)
            .toList();
    for (int round = 0; round < 60_000; round++) {
      byte[] bytes = seeds.get(random.nextInt(seeds.size())).clone();
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      int length = random.nextInt(bytes.length + 1);
      try {
        ControlCodec.decode(bytes, 0, length);
      } catch (MalformedMessageException e) {
        assertThat(e).hasMessageNotContaining("null");
      } catch (RuntimeException e) {
        fail("seed " + seed + " round " + round + " control " + Arrays.toString(bytes), e);
      }
      try {
        ServiceMessageCodec.decode(bytes, 0, length);
      } catch (MalformedMessageException e) {
        assertThat(e).hasMessageNotContaining("null");
      } catch (RuntimeException e) {
        fail("seed " + seed + " round " + round + " service " + Arrays.toString(bytes), e);
      }
      try {
        BrokerCodec.decode(bytes, 0, length);
      } catch (MalformedMessageException e) {
        assertThat(e).hasMessageNotContaining("null");
      } catch (RuntimeException e) {
        fail("seed " + seed + " round " + round + " broker " + Arrays.toString(bytes), e);
      }
    }
  }

  static Stream<FileRequest> fileRequestsOutOfRange() {
    return Stream.of(
        new FileRequest.Read(1, 0, 0),
        new FileRequest.Read(1, 0, FileRequest.MOST_BYTES + 1),
        new FileRequest.Read(1, -2, 1),
        new FileRequest.Read(1, Long.MIN_VALUE, 1),
        new FileRequest.Write(1, -2, new byte[1]),
        new FileRequest.Write(1, 0, new byte[FileRequest.MOST_BYTES + 1]),
        new FileRequest.Truncate(1, -1),
        new FileRequest.Access("a", 8),
        new FileRequest.Open("a", new OpenFile.Mode(false, false, false, false, false, false), 0),
        new FileRequest.Open("a", new OpenFile.Mode(true, false, false, true, false, false), 0),
        new FileRequest.Open("a", new OpenFile.Mode(true, false, false, false, true, false), 0));
  }

  /// Attack: a worker that is taken over asks for reads that fill the host's memory, or to create without writing.
  @ParameterizedTest
  @MethodSource("fileRequestsOutOfRange")
  void fileRequestsOutOfRangeAreRefused(FileRequest request) {
    byte[] bytes = BrokerCodec.encode(new BrokerMessage.BrokerCall(1, request));
    assertThatThrownBy(() -> BrokerCodec.decode(bytes, 0, bytes.length))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void malformedTextBecomesReplacementCharacters() {
    byte[] bytes =
        ControlCodec.encode(new ControlEvent.Output(OutputLevel.LOG, "\u00e9"));
    bytes[bytes.length - 1] = 'x';
    assertThat(ControlCodec.decode(bytes, 0, bytes.length))
        .isEqualTo(new ControlEvent.Output(OutputLevel.LOG, "\ufffdx"));
    assertThat(new String(bytes, StandardCharsets.UTF_8)).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "counter", "a-b_c9", "x23456789012345678901234567890123456789012345678901234567890123"})
  void goodNamesAreTaken(String name) {
    assertThat(new ServiceName(name).toString()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "A", "9a", "-a", "a b", "a/b", "../a", "a\n", "\u00e4", "then", "constructor", "prototype",
        "controller", "x234567890123456789012345678901234567890123456789012345678901234"
      })
  void badNamesAreRefused(String name) {
    assertThatThrownBy(() -> new ServiceName(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("service name \"");
  }

  /// Attack: a worker reports an error with more causes than anybody reads, side by side or one in another.
  @Test
  void refusesAnErrorWithTooManyCauses() {
    ErrorReport plain = new ErrorReport("Error", "x", "", "", 0, 0);
    ErrorReport wide = caused(Collections.nCopies(ErrorReport.MOST_CAUSES, plain));
    ErrorReport deep = plain;
    for (int i = 0; i < ErrorReport.MOST_CAUSES; i++) {
      deep = caused(List.of(deep));
    }
    for (ErrorReport most : List.of(wide, deep)) {
      byte[] bytes = ControlCodec.encode(new ControlEvent.UncaughtError(most));
      assertThat(ControlCodec.decode(bytes, 0, bytes.length)).isEqualTo(new ControlEvent.UncaughtError(most));
      byte[] more = ControlCodec.encode(new ControlEvent.UncaughtError(caused(List.of(most))));
      assertThatThrownBy(() -> ControlCodec.decode(more, 0, more.length))
          .isInstanceOf(MalformedMessageException.class)
          .hasMessage("an error has more than 10 causes");
    }
  }

  private static ErrorReport caused(List<ErrorReport> causes) {
    return new ErrorReport("Error", "x", "", "", 0, 0, causes);
  }
}
