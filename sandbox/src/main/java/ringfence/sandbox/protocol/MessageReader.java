package ringfence.sandbox.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Takes one message apart, and never reads beyond it.
///
/// ```
///   message  +---------+------+- - - - - -+
///            | version | kind | fields     |      version u8, kind u8
///            +---------+------+- - - - - -+
///   field    u8 | u32 | i64, little-endian; flag = u8, 0 or 1
///            bytes, text (UTF-8): length u32, then that many bytes
///            list: count u32, then its elements
/// ```
/// The sender is hostile: every length and count is checked against the bytes that are left before
/// anything is allocated for it, and a message must end where its last field ends.
final class MessageReader {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] buffer;
  private final int end;
  private int at;
  private int errors;

  MessageReader(byte[] buffer, int offset, int length, int version) {
    this.buffer = buffer;
    this.at = offset;
    this.end = offset + length;
    int found = u8("version");
    if (found != version) {
      throw new MalformedMessageException(
          "message has version " + found + ", this side speaks " + version);
    }
  }

  int u8(String field) {
    need(1, field);
    return buffer[at++] & 0xff;
  }

  boolean flag(String field) {
    int value = u8(field);
    if (value > 1) {
      throw new MalformedMessageException(field + " must be 0 or 1, not " + value);
    }
    return value == 1;
  }

  int count(String field, int minimumElementBytes) {
    int value = u32(field);
    if (value < 0 || value > (end - at) / minimumElementBytes) {
      throw new MalformedMessageException(
          field + " counts " + Integer.toUnsignedString(value) + ", but " + (end - at) + " bytes are left");
    }
    return value;
  }

  int u32(String field) {
    need(4, field);
    int value = (int) INT.get(buffer, at);
    at += 4;
    return value;
  }

  long i64(String field) {
    need(8, field);
    long value = (long) LONG.get(buffer, at);
    at += 8;
    return value;
  }

  byte[] bytes(String field) {
    int length = length(field);
    byte[] value = Arrays.copyOfRange(buffer, at, at + length);
    at += length;
    return value;
  }

  /// Malformed UTF-8 becomes U+FFFD, as in a web browser.
  String text(String field) {
    int length = length(field);
    String value = new String(buffer, at, length, StandardCharsets.UTF_8);
    at += length;
    return value;
  }

  <E extends Enum<E>> E constant(E[] constants, String field) {
    String name = text(field);
    for (E constant : constants) {
      if (constant.name().equals(name)) {
        return constant;
      }
    }
    throw new MalformedMessageException(field + " is none of " + Arrays.toString(constants));
  }

  ServiceName serviceName(String field) {
    try {
      return new ServiceName(text(field));
    } catch (IllegalArgumentException e) {
      throw new MalformedMessageException(field + ": " + e.getMessage());
    }
  }

  ErrorReport error() {
    if (errors++ > ErrorReport.MOST_CAUSES) {
      throw new MalformedMessageException("an error has more than " + ErrorReport.MOST_CAUSES + " causes");
    }
    return new ErrorReport(
        text("name"),
        text("message"),
        text("stack"),
        text("file"),
        Math.max(0, u32("line")),
        Math.max(0, u32("column")),
        causes(count("causes", 28)));
  }

  private List<ErrorReport> causes(int count) {
    List<ErrorReport> causes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      causes.add(error());
    }
    return causes;
  }

  void end() {
    if (at != end) {
      throw new MalformedMessageException((end - at) + " bytes follow the last field");
    }
  }

  private int length(String field) {
    int length = u32(field);
    if (length < 0 || length > end - at) {
      throw new MalformedMessageException(
          field + " claims " + Integer.toUnsignedString(length) + " bytes, " + (end - at) + " are left");
    }
    return length;
  }

  private void need(int bytes, String field) {
    if (end - at < bytes) {
      throw new MalformedMessageException(
          "message ends in " + field + ": " + (end - at) + " bytes are left of " + bytes);
    }
  }
}
