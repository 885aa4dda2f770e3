package ringfence.host.broker;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import ringfence.sandbox.permission.ListenGrant;
import ringfence.sandbox.protocol.HttpHeader;
import ringfence.sandbox.protocol.TraceContext;

/// The bytes of replies, in the forms that `NetworkRequest` names.
final class NetworkReplies {
  /// Why nothing more may go out.
  static final String TOO_MANY =
      "too many connections at once: "
          + WayOut.MOST_AT_ONCE
          + " fetches and WebSockets are under way; read or cancel the bodies of some first, or close some";

  private static final JsonFactory JSON = new JsonFactory();

  private NetworkReplies() {}

  /// What writes a value.
  interface Writing {
    void to(JsonGenerator json) throws IOException;
  }

  static byte[] number(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }

  static byte[] head(Fetch.Head head) throws IOException {
    return json(
        json -> {
          json.writeStartObject();
          json.writeNumberField("status", head.status());
          json.writeStringField("statusText", head.statusText());
          headers(json, head.headers());
          json.writeBooleanField("body", head.hasBody());
          json.writeEndObject();
        });
  }

  /// @param server 0 if nothing is served
  static byte[] serving(int server, List<ListenGrant> places) throws IOException {
    return json(
        json -> {
          json.writeStartObject();
          json.writeNumberField("server", server);
          json.writeArrayFieldStart("listening");
          for (ListenGrant place : places) {
            json.writeStartObject();
            json.writeStringField("hostname", place.address());
            json.writeNumberField("port", place.port());
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  static byte[] requests(List<ServedRequest> requests) throws IOException {
    return json(
        json -> {
          json.writeStartArray();
          for (ServedRequest request : requests) {
            json.writeStartObject();
            json.writeNumberField("exchange", request.id());
            json.writeStringField("method", request.method());
            json.writeStringField("target", request.target());
            json.writeStringField("host", request.host());
            headers(json, request.headers());
            json.writeBooleanField("body", request.hasBody());
            json.writeStringField("remoteAddress", request.remoteAddress());
            json.writeNumberField("remotePort", request.remotePort());
            TraceContext trace = request.trace();
            if (trace != null) {
              json.writeStringField(TraceContext.TRACEPARENT, trace.traceparent());
              json.writeStringField(TraceContext.TRACESTATE, trace.state());
            }
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  static void headers(JsonGenerator json, List<HttpHeader> headers) throws IOException {
    json.writeArrayFieldStart("headers");
    for (HttpHeader header : headers) {
      json.writeStartArray();
      json.writeString(header.name());
      json.writeString(header.value());
      json.writeEndArray();
    }
    json.writeEndArray();
  }

  static byte[] json(Writing writing) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      writing.to(json);
    }
    return bytes.toByteArray();
  }
}
