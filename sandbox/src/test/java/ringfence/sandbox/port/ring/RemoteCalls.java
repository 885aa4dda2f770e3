package ringfence.sandbox.port.ring;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serial;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;

/// What goes over the connections to a [RingPortServer]: each thread here has one, and with it one thread
/// there, which does what this one asks.
///
/// ```
///   this process                                  RingPortServer
///   call | id | arguments            ---------->  does it
///                                    <----------  MESSAGE | bytes      for each message of a poll,
///   HANDLED, THREW or a further call ---------->                       inside the port's handler
///                                    <----------  DONE | result, or THREW | the exception
/// ```
final class RemoteCalls {
  private RemoteCalls() {}

  /// With the arguments and results of the methods that they are named after; the id is a region's or, for
  /// a doorbell, what DOORBELL_OPEN returned.
  enum Call {
    OFFER,
    OFFER_BATCH,
    FLUSH,
    POLL,
    READY,
    AWAIT,
    STATE,
    CAUSE,
    MAX_MESSAGE_BYTES,
    CLOSE,
    DOORBELL_OPEN,
    DOORBELL_ADD,
    DOORBELL_REMOVE,
    DOORBELL_WAKE_ON_ROOM,
    DOORBELL_AWAIT,
    DOORBELL_RING,
    DOORBELL_CLOSE,
    /// The handler of a poll has returned.
    HANDLED,
    /// The handler of a poll has thrown; that stays with the caller.
    THREW
  }

  enum Reply {
    DONE,
    MESSAGE,
    THREW
  }

  /// Stands in the server for what a handler threw in the caller's process.
  static final class HandlerThrew extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;
  }

  static DataInputStream in(SocketChannel channel) {
    return new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel)));
  }

  static DataOutputStream out(SocketChannel channel) {
    return new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel)));
  }

  static void writeBytes(DataOutputStream out, byte[] bytes, int offset, int length)
      throws IOException {
    out.writeInt(length);
    out.write(bytes, offset, length);
  }

  static byte[] readBytes(DataInputStream in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return bytes;
  }

  /// The very exception crosses, so that a test sees the type and the message that the port chose.
  static void writeException(DataOutputStream out, RuntimeException thrown) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream objects = new ObjectOutputStream(bytes)) {
      objects.writeObject(thrown);
    }
    writeBytes(out, bytes.toByteArray(), 0, bytes.size());
  }

  static RuntimeException readException(DataInputStream in) throws IOException {
    try (ObjectInputStream objects = new ObjectInputStream(new ByteArrayInputStream(readBytes(in)))) {
      return (RuntimeException) objects.readObject();
    } catch (ClassNotFoundException e) {
      throw new IOException(e);
    }
  }
}
