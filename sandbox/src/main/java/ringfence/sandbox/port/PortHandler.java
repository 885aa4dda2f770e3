package ringfence.sandbox.port;

/// Receives messages from [ConnectionPort#poll].
@FunctionalInterface
public interface PortHandler {
  /// Takes one message. The bytes are ours alone (the peer can't change them any more), but the buffer is
  /// used again after this call returns: copy what is to be kept.
  ///
  /// @param buffer holds the message from `offset` on
  /// @param length bytes of the message, from 0
  void onMessage(byte[] buffer, int offset, int length);
}
