package ringfence.sandbox.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ringfence.sandbox.protocol.ServiceMessage.Request;

class TraceContextTest {
  private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  @Test
  void theExampleOfTheStandardIsReadAndWritten() {
    TraceContext context = Objects.requireNonNull(TraceContext.parse(PARENT, "congo=t61rcWkgMzE"));
    assertThat(context.traceparent()).isEqualTo(PARENT);
    assertThat(context.traceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
    assertThat(context.state()).isEqualTo("congo=t61rcWkgMzE");
    assertThat(context.isSampled()).isTrue();
    assertThat(context.below(1).traceparent()).isEqualTo("00-0af7651916cd43dd8448eb211c80319c-0000000000000001-01");
  }

  @Test
  void aLaterVersionMayGoOnAndAnUnsoundStateIsLeftOut() {
    assertThat(TraceContext.parse("cc" + PARENT.substring(2) + "-what-the-future-brings", null)).isNotNull();
    assertThat(TraceContext.parse(PARENT, "a=\u20ac")).extracting(TraceContext::state).isEqualTo("");
    assertThat(TraceContext.parse(PARENT, "a=" + "b".repeat(511))).extracting(TraceContext::state).isEqualTo("");
    assertThat(TraceContext.parse(null, "a=b")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01x",
        "00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319-b7ad6b71692033310-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0"
      })
  void whatIsNoTraceparentIsNoTrace(String text) {
    assertThat(TraceContext.parse(text, "a=b")).isNull();
  }

  /// Attack: a state with a line end in it, which a fetch would send as a header of the attacker's.
  @Test
  void aMessageWithAnUnsoundStateIsRefused() {
    byte[] bytes =
        ServiceMessageCodec.encode(
            new Request(1, 1, "f", new byte[0], List.of(), new TraceContext(1, 1, 1, 1, "a=b;X-Evil: 1")));
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(';');
    bytes[at] = '\n';
    assertThatThrownBy(() -> ServiceMessageCodec.decode(bytes, 0, bytes.length))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessage("a tracestate is too long or no printable ASCII");
  }
}
