package ringfence.sandbox.port.ring;

import java.io.DataInputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.port.ConnectionPort;
import ringfence.sandbox.port.PortClosedException;
import ringfence.sandbox.port.PortHandler;
import ringfence.sandbox.port.PortState;
import ringfence.sandbox.port.ring.RemoteCalls.Call;

/// The ring port that another process has opened, as if it were here. Whatever is called runs there, and a
/// poll waits there while its handler runs here.
///
/// @param regionId what that process knows the port by
record PortOfAnotherProcess(RemoteCaller caller, long regionId) implements ConnectionPort {

  @Override
  public boolean offer(byte[] buffer, int offset, int length) {
    return caller.ask(
        Call.OFFER,
        regionId,
        out -> {
          RemoteCalls.writeBytes(out, buffer, 0, buffer.length);
          out.writeInt(offset);
          out.writeInt(length);
        },
        DataInputStream::readBoolean);
  }

  @Override
  public int offerBatch(List<byte[]> messages) {
    return caller.ask(
        Call.OFFER_BATCH,
        regionId,
        out -> {
          out.writeInt(messages.size());
          for (byte[] message : messages) {
            RemoteCalls.writeBytes(out, message, 0, message.length);
          }
        },
        DataInputStream::readInt);
  }

  @Override
  public boolean flush() {
    return caller.ask(Call.FLUSH, regionId, _ -> {}, DataInputStream::readBoolean);
  }

  @Override
  public int poll(PortHandler handler, int limit) {
    return caller.ask(
        Call.POLL, regionId, out -> out.writeInt(limit), DataInputStream::readInt, handler);
  }

  @Override
  public boolean ready() {
    return caller.ask(Call.READY, regionId, _ -> {}, DataInputStream::readBoolean);
  }

  @Override
  public boolean await(Duration timeout) {
    return caller.ask(
        Call.AWAIT, regionId, out -> out.writeLong(timeout.toNanos()), DataInputStream::readBoolean);
  }

  @Override
  public PortState state() {
    return caller.ask(Call.STATE, regionId, _ -> {}, in -> PortState.valueOf(in.readUTF()));
  }

  @Override
  public @Nullable PortClosedException cause() {
    Optional<RuntimeException> cause =
        caller.ask(
            Call.CAUSE,
            regionId,
            _ -> {},
            in -> in.readBoolean() ? Optional.of(RemoteCalls.readException(in)) : Optional.empty());
    return (PortClosedException) cause.orElse(null);
  }

  @Override
  public int maxMessageBytes() {
    return caller.ask(Call.MAX_MESSAGE_BYTES, regionId, _ -> {}, DataInputStream::readInt);
  }

  @Override
  public void close() {
    caller.tell(Call.CLOSE, regionId);
  }
}
