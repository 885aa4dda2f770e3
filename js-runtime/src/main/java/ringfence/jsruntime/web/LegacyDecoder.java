package ringfence.jsruntime.web;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import org.jspecify.annotations.Nullable;

/// Decodes a stream of a legacy encoding of the web, by Java's charset or, where Java has none or another one, by table.
///
/// @see "Encoding standard, sections 9 to 14"
final class LegacyDecoder {
  private static final char REPLACEMENT = '\uFFFD';

  /// Of an encoding of one byte a character: the upper 128; NUL where there is none.
  private final char @Nullable [] table;

  private final @Nullable CharsetDecoder decoder;
  private final boolean fatal;

  /// The start of a character whose rest has not come.
  private byte[] pending = new byte[0];

  private LegacyDecoder(char @Nullable [] table, @Nullable CharsetDecoder decoder, boolean fatal) {
    this.table = table;
    this.decoder = decoder;
    this.fatal = fatal;
  }

  /// A decoder of an encoding by its name in lower case; null if this JDK has none.
  static @Nullable LegacyDecoder open(String encoding, boolean fatal) {
    String charset = multiByteCharset(encoding);
    if (charset == null) {
      char[] table = SingleByteTables.table(encoding);
      return table == null ? null : new LegacyDecoder(table, null, fatal);
    }
    if (!Charset.isSupported(charset)) {
      return null;
    }
    CodingErrorAction action = fatal ? CodingErrorAction.REPORT : CodingErrorAction.REPLACE;
    CharsetDecoder decoder =
        Charset.forName(charset).newDecoder().onMalformedInput(action).onUnmappableCharacter(action);
    return new LegacyDecoder(null, decoder, fatal);
  }

  private static @Nullable String multiByteCharset(String encoding) {
    return switch (encoding) {
      case "gbk", "gb18030" -> "GB18030";
      case "big5" -> "Big5-HKSCS";
      case "euc-jp" -> "EUC-JP";
      case "iso-2022-jp" -> "ISO-2022-JP";
      case "shift_jis" -> "windows-31j";
      case "euc-kr" -> "x-windows-949";
      default -> null;
    };
  }

  /// Decodes the next bytes.
  ///
  /// @param end whether none follow
  /// @return null if they are malformed and that is fatal
  @Nullable String decode(byte[] bytes, boolean end) {
    return table != null ? byTable(table, bytes) : byCharset(bytes, end);
  }

  private @Nullable String byTable(char[] upper, byte[] bytes) {
    StringBuilder text = new StringBuilder(bytes.length);
    for (byte b : bytes) {
      char c = b >= 0 ? (char) b : upper[b & 127];
      if (c == 0 && b != 0) {
        if (fatal) {
          return null;
        }
        c = REPLACEMENT;
      }
      text.append(c);
    }
    return text.toString();
  }

  private @Nullable String byCharset(byte[] bytes, boolean end) {
    CharsetDecoder codec = decoder;
    if (codec == null) {
      throw new IllegalStateException("neither table nor charset");
    }
    byte[] all = new byte[pending.length + bytes.length];
    System.arraycopy(pending, 0, all, 0, pending.length);
    System.arraycopy(bytes, 0, all, pending.length, bytes.length);
    ByteBuffer in = ByteBuffer.wrap(all);
    CharBuffer out = CharBuffer.allocate(all.length * 2 + 8);
    CoderResult result = codec.decode(in, out, end);
    if (end && !result.isError()) {
      codec.flush(out);
      codec.reset();
    }
    if (result.isError()) {
      return null;
    }
    pending = new byte[in.remaining()];
    in.get(pending);
    return out.flip().toString();
  }

  /// The tables of the encodings of one byte a character.
  private static final class SingleByteTables {
    /// The upper half from A0 on, of those that the JDK lacks.
    private static final String LATIN_6 =
        "\u00A0\u0104\u0112\u0122\u012A\u0128\u0136\u00A7\u013B\u0110\u0160\u0166\u017D\u00AD\u016A\u014A"
            + "\u00B0\u0105\u0113\u0123\u012B\u0129\u0137\u00B7\u013C\u0111\u0161\u0167\u017E\u2015\u016B\u014B"
            + "\u0100\u00C1\u00C2\u00C3\u00C4\u00C5\u00C6\u012E\u010C\u00C9\u0118\u00CB\u0116\u00CD\u00CE\u00CF"
            + "\u00D0\u0145\u014C\u00D3\u00D4\u00D5\u00D6\u0168\u00D8\u0172\u00DA\u00DB\u00DC\u00DD\u00DE\u00DF"
            + "\u0101\u00E1\u00E2\u00E3\u00E4\u00E5\u00E6\u012F\u010D\u00E9\u0119\u00EB\u0117\u00ED\u00EE\u00EF"
            + "\u00F0\u0146\u014D\u00F3\u00F4\u00F5\u00F6\u0169\u00F8\u0173\u00FA\u00FB\u00FC\u00FD\u00FE\u0138";

    private static final String CELTIC =
        "\u00A0\u1E02\u1E03\u00A3\u010A\u010B\u1E0A\u00A7\u1E80\u00A9\u1E82\u1E0B\u1EF2\u00AD\u00AE\u0178"
            + "\u1E1E\u1E1F\u0120\u0121\u1E40\u1E41\u00B6\u1E56\u1E81\u1E57\u1E83\u1E60\u1EF3\u1E84\u1E85\u1E61"
            + "\u00C0\u00C1\u00C2\u00C3\u00C4\u00C5\u00C6\u00C7\u00C8\u00C9\u00CA\u00CB\u00CC\u00CD\u00CE\u00CF"
            + "\u0174\u00D1\u00D2\u00D3\u00D4\u00D5\u00D6\u1E6A\u00D8\u00D9\u00DA\u00DB\u00DC\u00DD\u0176\u00DF"
            + "\u00E0\u00E1\u00E2\u00E3\u00E4\u00E5\u00E6\u00E7\u00E8\u00E9\u00EA\u00EB\u00EC\u00ED\u00EE\u00EF"
            + "\u0175\u00F1\u00F2\u00F3\u00F4\u00F5\u00F6\u1E6B\u00F8\u00F9\u00FA\u00FB\u00FC\u00FD\u0177\u00FF";

    static char @Nullable [] table(String encoding) {
      return switch (encoding) {
        case "iso-8859-10" -> latin(LATIN_6);
        case "iso-8859-14" -> latin(CELTIC);
        case "x-user-defined" -> userDefined();
        case "iso-8859-8-i" -> ofCharset("ISO-8859-8");
        case "macintosh" -> ofCharset("x-MacRoman");
        case "x-mac-cyrillic" -> macCyrillic();
        case "windows-874" -> ofCharset("x-windows-874");
        case "koi8-u" -> koi8u();
        default -> ofCharset(encoding);
      };
    }

    private static char @Nullable [] ofCharset(String name) {
      if (!Charset.isSupported(name)) {
        return null;
      }
      byte[] bytes = new byte[128];
      for (int i = 0; i < 128; i++) {
        bytes[i] = (byte) (i + 128);
      }
      String text = new String(bytes, Charset.forName(name));
      char[] table = new char[128];
      for (int i = 0; i < 128; i++) {
        char c = text.charAt(i);
        // The web gives the controls from 80 to 9F to bytes that Windows left undefined, and none to others.
        table[i] = c != REPLACEMENT ? c : i < 32 ? (char) (i + 128) : 0;
      }
      return table;
    }

    private static char @Nullable [] koi8u() {
      char[] table = ofCharset("KOI8-U");
      if (table != null) {
        // As in KOI8-RU, which the web means by this name.
        table[0x2e] = '\u045E';
        table[0x3e] = '\u040E';
      }
      return table;
    }

    private static char @Nullable [] macCyrillic() {
      char[] table = ofCharset("x-MacUkraine");
      if (table != null) {
        table[0x7f] = '\u20AC';
      }
      return table;
    }

    private static char[] latin(String upper) {
      char[] table = new char[128];
      for (int i = 0; i < 128; i++) {
        table[i] = i < 32 ? (char) (i + 128) : upper.charAt(i - 32);
      }
      return table;
    }

    private static char[] userDefined() {
      char[] table = new char[128];
      for (int i = 0; i < 128; i++) {
        table[i] = (char) (0xF780 + i);
      }
      return table;
    }
  }
}
