package ringfence.host.broker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import okio.BufferedSource;

/// What a server sends over a WebSocket, read strictly and without ever holding more than a piece of a message.
///
/// ```
///   0         1           2                  then          then
///   +---------+-----------+- - - - - - - - -+- - - - - - -+- - - - - - -
///   |fin  0 op| 0 length  | length u16|u64  |  no mask    | payload
///   +---------+-----------+- - - - - - - - -+- - - - - - -+- - - - - - -
///   bits 1 3 4  1 7         if 126 | 127      servers have none
/// ```
/// The server is hostile: a length is checked against what the message may still have before a byte of it is read.
/// OkHttp's own reader is not used, because it collects a message whole, however long it is. One thread at a time.
///
/// @see "RFC 6455, 5.2 to 5.5"
final class FrameReader {
  static final int CONTINUATION = 0;
  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;

  /// Of one [Piece].
  static final int PIECE_BYTES = 64 << 10;

  static final int MOST_CONTROL_BYTES = 125;

  /// In the place of a code: the close frame had none.
  static final int NO_CODE = 1005;

  /// So many frames that bring nothing in a row are told of too, so that who floods with them waits for the worker.
  private static final int MOST_IDLE_FRAMES = 32;

  private final BufferedSource source;
  private final long mostMessageBytes;

  // Of the message that is being read.
  private boolean inMessage;
  private boolean isText;
  private long messageBytes;
  private Utf8Check utf8 = new Utf8Check();

  // Of the frame whose payload is being read.
  private boolean isLastFrame;
  private long leftBytes;

  private int idleFrames;

  /// What has come.
  sealed interface Incoming {
    /// The next bytes of a message; none of no message now and then.
    ///
    /// @param last whether the message ends with them
    // Passed on, never compared.
    @SuppressWarnings("ArrayRecordComponent")
    record Piece(boolean text, boolean last, byte[] bytes) implements Incoming {}

    /// To be answered with the same bytes.
    @SuppressWarnings("ArrayRecordComponent")
    record Ping(byte[] bytes) implements Incoming {}

    /// There is no more.
    ///
    /// @param code of the server, or [#NO_CODE]
    record Closed(int code, String reason) implements Incoming {}
  }

  /// @param mostMessageBytes a longer message is an error
  FrameReader(BufferedSource source, long mostMessageBytes) {
    this.source = source;
    this.mostMessageBytes = mostMessageBytes;
  }

  /// Waits for the next that is worth telling.
  ///
  /// @throws WebSocketException if the server does not keep to the protocol or the bound
  /// @throws java.io.EOFException if the connection ends
  Incoming next() throws IOException {
    while (true) {
      if (leftBytes > 0) {
        return piece();
      }
      if (idleFrames == MOST_IDLE_FRAMES) {
        idleFrames = 0;
        return new Incoming.Piece(isText, false, new byte[0]);
      }
      idleFrames++;
      int first = source.readByte() & 0xff;
      int opcode = first & 0x0f;
      boolean fin = (first & 0x80) != 0;
      if ((first & 0x70) != 0) {
        throw WebSocketException.broken("a frame uses an extension that was not agreed on");
      }
      long length = length(source.readByte() & 0xff);
      switch (opcode) {
        case CONTINUATION, TEXT, BINARY -> {
          begin(opcode, fin, length);
          // An empty piece is told of only if it ends the message.
          if (length > 0 || fin) {
            return piece();
          }
        }
        case CLOSE, PING, PONG -> {
          if (!fin || length > MOST_CONTROL_BYTES) {
            throw WebSocketException.broken("a control frame is in parts or longer than " + MOST_CONTROL_BYTES + " bytes");
          }
          byte[] payload = source.readByteArray(length);
          if (opcode == CLOSE) {
            return closed(payload);
          }
          if (opcode == PING) {
            return new Incoming.Ping(payload);
          }
        }
        default -> throw WebSocketException.broken("no frame has the opcode " + opcode);
      }
    }
  }

  private long length(int second) throws IOException {
    if ((second & 0x80) != 0) {
      throw WebSocketException.broken("a frame is masked");
    }
    int tag = second & 0x7f;
    if (tag < 126) {
      return tag;
    }
    long length = tag == 126 ? source.readShort() & 0xffff : source.readLong();
    if (length < (tag == 126 ? 126 : 1 << 16)) {
      throw WebSocketException.broken("a frame's length is negative or has a longer form than it needs");
    }
    return length;
  }

  private void begin(int opcode, boolean fin, long length) throws IOException {
    if (inMessage != (opcode == CONTINUATION)) {
      throw WebSocketException.broken(
          inMessage ? "a message begins within another one" : "a message goes on that has not begun");
    }
    if (opcode != CONTINUATION) {
      inMessage = true;
      isText = opcode == TEXT;
      messageBytes = 0;
      utf8 = new Utf8Check();
    }
    if (length > mostMessageBytes - messageBytes) {
      throw WebSocketException.tooLarge(mostMessageBytes);
    }
    messageBytes += length;
    leftBytes = length;
    isLastFrame = fin;
  }

  private Incoming piece() throws IOException {
    byte[] bytes = source.readByteArray(Math.min(leftBytes, PIECE_BYTES));
    leftBytes -= bytes.length;
    idleFrames = 0;
    boolean last = isLastFrame && leftBytes == 0;
    if (isText && (!utf8.goesOn(bytes) || (last && !utf8.isWhole()))) {
      throw WebSocketException.notUtf8();
    }
    inMessage = !last;
    return new Incoming.Piece(isText, last, bytes);
  }

  private static Incoming closed(byte[] payload) throws IOException {
    if (payload.length == 0) {
      return new Incoming.Closed(NO_CODE, "");
    }
    int code = payload.length == 1 ? 0 : ((payload[0] & 0xff) << 8) | (payload[1] & 0xff);
    if (!mayBeSent(code)) {
      throw WebSocketException.broken("a close frame has no code that may be sent");
    }
    byte[] reason = Arrays.copyOfRange(payload, 2, payload.length);
    Utf8Check check = new Utf8Check();
    if (!check.goesOn(reason) || !check.isWhole()) {
      throw WebSocketException.notUtf8();
    }
    return new Incoming.Closed(code, new String(reason, StandardCharsets.UTF_8));
  }

  /// As the registry of RFC 6455, 7.4 has them; 1004 to 1006 and 1015 never stand in a frame.
  private static boolean mayBeSent(int code) {
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
  }
}
