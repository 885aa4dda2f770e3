package ringfence.host;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.value.ServiceValue;
import ringfence.sandbox.value.ValueCodec;

/// A value that came to Java code, and what it holds beside data.
///
/// @param streams one for each of the message's, also for the halves of ports
/// @param ports by the number of the first of their two streams
record Received(ServiceValue value, List<ServiceStream> streams, Map<Integer, ServicePort> ports) {

  /// The stream that a part of the value is, or null.
  @Nullable ServiceStream stream(ServiceValue part) {
    return part instanceof ServiceValue.Stream s && s.kind() != ValueCodec.PORT ? streams.get(s.index()) : null;
  }

  /// The port that a part of the value is, or null.
  @Nullable ServicePort port(ServiceValue part) {
    return part instanceof ServiceValue.Stream s ? ports.get(s.index()) : null;
  }

  /// Wants none of them.
  void close() {
    ports.values().forEach(ServicePort::close);
    streams.forEach(ServiceStream::close);
  }
}
