package ringfence.host.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;
import ringfence.host.broker.ServedRequest;
import ringfence.host.manifest.Quantities;
import ringfence.sandbox.protocol.HttpHeader;
import ringfence.sandbox.protocol.NetworkRequest;

/// One request and its answer. Belongs to one thread, which blocks.
final class Exchange {
  static final String JSON = "application/json";
  static final String PROBLEM = "application/problem+json";
  static final String LINES = "application/x-ndjson";
  static final String EVENTS = "text/event-stream";
  static final String TEXT = "text/plain; charset=utf-8";

  private final ServedRequest served;
  private final Request request;
  private final long mostBodyBytes;
  private final BodyBudget budget;
  private @Nullable Fields query;
  private long heldBytes;
  private boolean unread;
  private boolean begun;

  /// @param served the same request, which reads and writes within deadlines
  Exchange(ServedRequest served, Request request, long mostBodyBytes, BodyBudget budget) {
    this.served = served;
    this.request = request;
    this.mostBodyBytes = mostBodyBytes;
    this.budget = budget;
    this.unread = served.hasBody();
  }

  String method() {
    return request.getMethod();
  }

  /// As it came, without the query.
  String path() {
    String path = request.getHttpURI().getPath();
    return path == null ? "/" : path;
  }

  /// A header, or nothing.
  Optional<String> header(String name) {
    return Optional.ofNullable(request.getHeaders().get(name));
  }

  boolean accepts(String type) {
    return request.getHeaders().getQualityCSV("Accept").stream().anyMatch(accepted -> accepted.startsWith(type));
  }

  // ---- the query

  private Fields query() {
    Fields known = query;
    if (known == null) {
      try {
        known = Request.extractQueryParameters(request, StandardCharsets.UTF_8);
      } catch (RuntimeException e) {
        throw Problem.badRequest("the query can't be read: " + e.getMessage());
      }
      query = known;
    }
    return known;
  }

  Optional<String> parameter(String name) {
    return Optional.ofNullable(query().getValue(name));
  }

  /// Refuses what nobody knows, so that a mistyped parameter is not silently without effect.
  void allowParameters(String... known) {
    for (String name : query().getNames()) {
      if (!List.of(known).contains(name)) {
        throw Problem.badRequest(
            "unknown parameter \"%s\"; there %s".formatted(
                name, known.length == 0 ? "are none" : "is " + String.join(", ", known)));
      }
    }
  }

  /// A parameter that stands for true alone, as in `?follow`.
  boolean flag(String name, boolean otherwise) {
    return parameter(name)
        .map(
            text ->
                switch (text) {
                  case "", "true", "1" -> true;
                  case "false", "0" -> false;
                  default -> throw Problem.badRequest(name + "=" + text + " is neither true nor false");
                })
        .orElse(otherwise);
  }

  Optional<Long> number(String name) {
    return parameter(name)
        .map(
            text -> {
              try {
                long number = Long.parseLong(text);
                if (number < 0) {
                  throw new NumberFormatException();
                }
                return number;
              } catch (NumberFormatException _) {
                throw Problem.badRequest(name + "=" + text + " is no number from 0");
              }
            });
  }

  /// @param most longest that may be asked for
  Optional<Duration> duration(String name, Duration most) {
    return parameter(name)
        .map(
            text -> {
              try {
                Duration time = Quantities.duration(text);
                if (!time.isPositive() || time.compareTo(most) > 0) {
                  throw new IllegalArgumentException("it must be above zero and at most " + most.toSeconds() + "s");
                }
                return time;
              } catch (IllegalArgumentException e) {
                throw Problem.badRequest(name + ": " + e.getMessage());
              }
            });
  }

  // ---- the body

  /// The whole body as text.
  ///
  /// @throws Problem if it is too large, or no text
  String body() throws IOException, InterruptedException {
    long said = request.getLength();
    if (said > mostBodyBytes) {
      throw tooLarge("of " + said + " bytes");
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (unread) {
      byte[] more = served.read();
      if (more.length == 0) {
        unread = false;
      } else if (body.size() + more.length > mostBodyBytes) {
        throw tooLarge("of more bytes than that");
      } else {
        hold(more.length);
        body.writeBytes(more);
        unread = said < 0 || body.size() < said;
      }
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body.toByteArray())).toString();
    } catch (CharacterCodingException _) {
      throw Problem.badRequest("the body is not UTF-8 text");
    }
  }

  private void hold(int bytes) {
    if (!budget.take(bytes)) {
      throw new Problem(
          HttpStatus.SERVICE_UNAVAILABLE_503, "TOO_MUCH_AT_ONCE", "other requests fill this host's room for bodies; try again");
    }
    heldBytes += bytes;
  }

  private Problem tooLarge(String size) {
    return new Problem(
        HttpStatus.PAYLOAD_TOO_LARGE_413,
        "BODY_TOO_LARGE",
        "a body %s is too large; at most %d bytes".formatted(size, mostBodyBytes));
  }

  /// Something that may take long.
  interface Work<T> {
    T run() throws InterruptedException;
  }

  /// Does something after the whole body has come, and has this thread interrupted if the client goes away meanwhile.
  <T> T whileClientWaits(Work<T> work) throws InterruptedException {
    ClientWatch watch =
        new ClientWatch(request.getConnectionMetaData().getConnection().getEndPoint(), Thread.currentThread());
    try {
      return work.run();
    } finally {
      watch.close();
      if (watch.heardMore()) {
        served.endConnection();
      }
    }
  }

  /// The request is over.
  void release() {
    budget.give(heldBytes);
    heldBytes = 0;
  }

  // ---- the answer

  void reply(int status, String type, String text, HttpHeader... more) throws IOException, InterruptedException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    List<HttpHeader> headers = headers(type);
    headers.addAll(List.of(more));
    if (unread) {
      // Who has not been heard out is not waited for.
      served.endConnection();
    }
    begun = true;
    served.respond(status, headers, bytes.length, bytes, true);
  }

  void json(int status, String json, HttpHeader... more) throws IOException, InterruptedException {
    reply(status, JSON, json + "\n", more);
  }

  /// Ends the request with an error; cuts it off if its answer has begun.
  void fail(Problem problem, HttpHeader... more) throws IOException, InterruptedException {
    if (begun) {
      served.abort();
    } else {
      reply(problem.status(), PROBLEM, problem.json() + "\n", more);
    }
  }

  /// Begins an answer of unknown length.
  void begin(String type) throws IOException, InterruptedException {
    begun = true;
    served.respond(HttpStatus.OK_200, headers(type), NetworkRequest.UNKNOWN_LENGTH, new byte[0], false);
  }

  /// @throws Problem.ClientGoneException if nobody takes it
  void write(String text) throws IOException, InterruptedException {
    try {
      served.write(text.getBytes(StandardCharsets.UTF_8), false);
    } catch (IOException e) {
      throw new Problem.ClientGoneException(e);
    }
  }

  void end() throws IOException, InterruptedException {
    served.write(new byte[0], true);
  }

  private static List<HttpHeader> headers(String type) {
    List<HttpHeader> headers = new ArrayList<>();
    headers.add(new HttpHeader("Content-Type", type));
    headers.add(new HttpHeader("Cache-Control", "no-store"));
    headers.add(new HttpHeader("X-Content-Type-Options", "nosniff"));
    return headers;
  }
}
