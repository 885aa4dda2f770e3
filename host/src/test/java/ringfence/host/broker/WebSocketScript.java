package ringfence.host.broker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HexFormat;
import java.util.List;

/// The server's half of the WebSocket protocol for a test that writes its own bytes.
final class WebSocketScript {
  private WebSocketScript() {}

  /// Bytes written as `81 02 'hi'`.
  static byte[] bytes(String words) {
    StringBuilder hex = new StringBuilder();
    for (int at = 0; at < words.length(); at++) {
      char c = words.charAt(at);
      if (c == '\'') {
        int end = words.indexOf('\'', at + 1);
        hex.append(HexFormat.of().formatHex(words.substring(at + 1, end).getBytes(UTF_8)));
        at = end;
      } else if (c != ' ') {
        hex.append(c);
      }
    }
    return HexFormat.of().parseHex(hex);
  }

  /// A server that agrees, and then sends these bytes and closes its side when the client has.
  static ScriptedServer sending(byte[]... frames) throws IOException {
    return new ScriptedServer(
        (client, out, head) -> {
          agree(out, head);
          for (byte[] frame : frames) {
            out.write(frame);
          }
          out.flush();
          client.getInputStream().transferTo(OutputStream.nullOutputStream());
        });
  }

  static void agree(OutputStream out, List<String> head, String... lines) throws IOException {
    out.write(agreement(head, lines).getBytes(ISO_8859_1));
    out.flush();
  }

  static String agreement(List<String> head, String... lines) {
    StringBuilder text =
        new StringBuilder("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ");
    text.append(Handshake.acceptOf(header(head, "Sec-WebSocket-Key"))).append("\r\n");
    for (String line : lines) {
      text.append(line).append("\r\n");
    }
    return text.append("\r\n").toString();
  }

  static String header(List<String> head, String name) {
    return head.stream()
        .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElse("");
  }

  /// The next frame of a client: its first byte and its payload, as in `81 6869`. It must have a mask.
  static String frame(InputStream from) throws IOException {
    DataInputStream in = new DataInputStream(from);
    int first = in.readUnsignedByte();
    int second = in.readUnsignedByte();
    if ((second & 0x80) == 0) {
      throw new IOException("a client's frame has no mask");
    }
    long length = second & 0x7f;
    length = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
    byte[] mask = in.readNBytes(4);
    byte[] bytes = in.readNBytes((int) length);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] ^= mask[i & 3];
    }
    return HexFormat.of().toHexDigits((byte) first) + " " + HexFormat.of().formatHex(bytes);
  }
}
