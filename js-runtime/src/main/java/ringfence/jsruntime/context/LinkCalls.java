package ringfence.jsruntime.context;

import ringfence.sandbox.link.Calling;
import ringfence.sandbox.link.Sent;
import ringfence.sandbox.link.Spans;
import ringfence.sandbox.link.StreamBlock;
import ringfence.sandbox.protocol.EventPolicy;

/// What the prelude asks of the links. As [GuestCalls]: on the loop's thread, in the middle of guest code, so nothing
/// here enters the context again. What the methods mean, [ringfence.sandbox.link.LinkEndpoint] says.
public interface LinkCalls {
  Calling call(
      String peer, String function, byte[] arguments, double timeoutMillis, StreamBlock streams);

  void cancelCall(int id);

  /// The traces that the service takes part in.
  Spans spans();

  /// Answers a call that [GuestLinks#serve] was given.
  Sent answer(int key, boolean fine, byte[] value, StreamBlock streams);

  int emit(String event, byte[] arguments);

  void subscribe(String peer, EventPolicy policy, int limit);

  /// Tells how many listeners there are for the events of an import.
  void listeners(String peer, int count);

  boolean isConnected(String peer);

  /// Opens streams for a call to an import.
  ///
  /// @return the first one's key, or 0
  int openStreams(String peer, String directions);

  /// Opens streams for the answer to a call.
  ///
  /// @return the first one's key, or 0
  int openStreams(int key, String directions);

  /// Opens streams for an item of a stream.
  ///
  /// @return the first one's key, or 0
  int openStreamsInItem(int stream, String directions);

  void discardStreams(StreamBlock streams);

  Sent sendItem(int stream, byte[] value, StreamBlock streams);

  void holdStream(int stream, boolean held);

  void endStream(int stream, boolean fine, byte[] value);

  void readStream(int stream, long usedBytes, int usedItems);

  void cancelStream(int stream, byte[] reason);

  /// The longest encoded arguments, result and event, in bytes.
  int callLimit(String peer);

  int answerLimit(int key);

  int emitLimit();

  int streamLimit(int stream);
}
