package ringfence.host.json;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Locale;
import ringfence.host.watch.Denial;
import ringfence.sandbox.port.RingFill;
import ringfence.sandbox.protocol.LinkFigures;
import ringfence.sandbox.protocol.LinkFigures.Count;

/// What is watched of a host, as JSON. Texts of guests are in it as they are: who shows them escapes them.
public final class WatchJson {
  private WatchJson() {}

  /// Writes what went over a link, into an object that is open: each count under its name in camel case, `answers` by how
  /// long they took, and how full the rings are.
  public static void link(JsonGenerator json, LinkFigures figures, RingFill fill) throws IOException {
    for (Count count : Count.values()) {
      json.writeNumberField(name(count), figures.of(count));
    }
    json.writeArrayFieldStart("answers");
    for (int bound = 0; bound <= LinkFigures.boundsNanos().length; bound++) {
      json.writeNumber(figures.answers(bound));
    }
    json.writeEndArray();
    json.writeObjectFieldStart("ring");
    json.writeNumberField("toCalleeBytes", fill.sentBytes());
    json.writeNumberField("toCallerBytes", fill.arrivedBytes());
    json.writeNumberField("capacityBytes", fill.capacityBytes());
    json.writeEndObject();
  }

  /// Writes the field `answerBoundsSeconds`, which `answers` goes by: one bound fewer than numbers.
  public static void bounds(JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("answerBoundsSeconds");
    for (long nanos : LinkFigures.boundsNanos()) {
      json.writeNumber(nanos / 1e9);
    }
    json.writeEndArray();
  }

  /// Writes a denial as an object.
  public static void denial(JsonGenerator json, Denial denial) throws IOException {
    json.writeStartObject();
    json.writeStringField("at", denial.at().toString());
    json.writeStringField("service", denial.service().value());
    json.writeNumberField("incarnation", denial.incarnation());
    json.writeStringField("permission", denial.permission());
    json.writeStringField("resource", denial.resource());
    json.writeStringField("reason", denial.reason());
    json.writeStringField("cure", denial.cure());
    json.writeEndObject();
  }

  private static String name(Count count) {
    StringBuilder name = new StringBuilder();
    for (String word : count.name().toLowerCase(Locale.ROOT).split("_", -1)) {
      name.append(name.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    return name.toString();
  }
}
