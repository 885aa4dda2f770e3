package ringfence.host;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import ringfence.sandbox.link.StreamBlock;
import ringfence.sandbox.protocol.MalformedMessageException;
import ringfence.sandbox.protocol.ServiceMessage;
import ringfence.sandbox.value.ServiceValue;
import ringfence.sandbox.value.UnsupportedValueException;
import ringfence.sandbox.value.ValueCodec;

/// What comes in: values with the streams and ports that they bring, and the items of these.
///
/// Belongs to the peer's thread.
final class JavaSinks {
  private final JavaPeer peer;
  private final Map<Integer, ServiceStream> sinks = new HashMap<>();

  JavaSinks(JavaPeer peer) {
    this.peer = peer;
  }

  /// Decodes a value with what it brings.
  ///
  /// @throws UnsupportedValueException if Java code can't hold it; what it brings is closed then
  Received receive(byte[] value, StreamBlock block) {
    List<ServiceStream> streams = openSinks(block);
    try {
      ValueCodec.WithStreams decoded = ValueCodec.decodeWithStreams(value, block.size());
      Map<Integer, ServicePort> ports = new HashMap<>();
      for (ServiceValue.Stream stream : decoded.streams()) {
        if (stream.kind() == ValueCodec.PORT) {
          ports.put(stream.index(), openPort(streams, block, stream.index()));
        }
      }
      endUnwritten(block, ports);
      return new Received(decoded.value(), streams, ports);
    } catch (UnsupportedValueException e) {
      endUnwritten(block, Map.of());
      streams.forEach(ServiceStream::close);
      throw e;
    }
  }

  private ServicePort openPort(List<ServiceStream> streams, StreamBlock block, int index) {
    if (!block.directions().startsWith("" + StreamBlock.IN + StreamBlock.OUT, index)) {
      throw new MalformedMessageException("a port is a stream in and one out");
    }
    int out = block.first() + index + 1;
    int limit = Math.min(peer.endpoint().streamLimit(out), ServiceMessage.MOST_ITEM_BYTES);
    ServicePort port = new ServicePort(streams.get(index), limit);
    peer.sources().start(out, port.posts());
    return port;
  }

  /// Ends the streams that would go out and are no port's.
  private void endUnwritten(StreamBlock block, Map<Integer, ServicePort> ports) {
    for (int i = 0; i < block.size(); i++) {
      if (block.directions().charAt(i) == StreamBlock.OUT && !ports.containsKey(i - 1)) {
        peer.endpoint().endStream(block.first() + i, true, JavaServing.encode(ServiceValue.Nothing.UNDEFINED));
      }
    }
  }

  /// A stream for each of a message's. Those that would go out can't be read.
  private List<ServiceStream> openSinks(StreamBlock block) {
    List<ServiceStream> opened = new ArrayList<>();
    for (int i = 0; i < block.size(); i++) {
      int key = block.first() + i;
      ServiceStream stream = new ServiceStream(peer, key);
      opened.add(stream);
      if (block.directions().charAt(i) == StreamBlock.IN) {
        sinks.put(key, stream);
      } else {
        stream.end(new UnsupportedValueException("Java code can't write to a stream that came to it"));
      }
    }
    return opened;
  }

  void cancel(int key) {
    if (sinks.remove(key) != null) {
      peer.endpoint().cancelStream(key, JavaServing.encode(ServiceValue.Nothing.UNDEFINED));
    }
  }

  boolean item(int stream, byte[] value, StreamBlock brought) {
    ServiceStream sink = sinks.get(stream);
    try {
      Received received = receive(value, brought);
      if (brought.size() > 0) {
        received.close();
        throw new UnsupportedValueException(
            "an item of the stream holds a stream or a port, which Java code can't receive there");
      }
      if (sink != null) {
        sink.arrived(received.value(), value.length);
      }
      return true;
    } catch (UnsupportedValueException e) {
      cancel(stream);
      if (sink != null) {
        sink.end(e);
      }
      return true;
    } catch (MalformedMessageException _) {
      return false;
    }
  }

  boolean ended(int stream, boolean fine, byte[] value) {
    RuntimeException why = null;
    try {
      ServiceValue decoded =
          value.length == 0 ? ServiceValue.Nothing.UNDEFINED : ValueCodec.decode(value, 0);
      why = fine ? null : ServiceCallException.thrown(decoded);
    } catch (UnsupportedValueException e) {
      why = fine ? null : e;
    } catch (MalformedMessageException _) {
      return false;
    }
    ServiceStream sink = sinks.remove(stream);
    if (sink != null) {
      sink.end(why);
    }
    return true;
  }

  void lost(int stream, String why) {
    ServiceStream sink = sinks.remove(stream);
    if (sink != null) {
      sink.end(new ServiceCallException("PeerClosedError", why, "unknown", null));
    }
  }

  /// The peer has closed.
  void endAll(RuntimeException why) {
    sinks.values().forEach(sink -> sink.end(why));
  }
}
