package ringfence.host.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SequencedMap;
import java.util.TreeMap;

/// What services asked for, read out of an audit log: each wish once, however often it was asked.
///
/// @param services by their names, in order
/// @param requests lines that were understood
/// @param denied how many of these were refused
/// @param unreadable lines that were not: the last one, if the host was killed while it wrote, or none of ours
/// @see "host/broker/AuditLog, which writes it"
record AuditedRequests(
    SequencedMap<String, SequencedMap<Wish, Outcome>> services, long requests, long denied, long unreadable) {
  private static final JsonFactory JSON = new JsonFactory();

  /// What was asked for.
  ///
  /// @param permission a key under `permissions`
  /// @param resource as the service wrote it
  record Wish(String permission, String resource) implements Comparable<Wish> {
    @Override
    public int compareTo(Wish other) {
      int byPermission = permission.compareTo(other.permission);
      return byPermission != 0 ? byPermission : resource.compareTo(other.resource);
    }
  }

  /// What became of it, all times together.
  ///
  /// @param granted whether it was ever granted
  /// @param cure the last one that a refusal named; empty if none would help, or it was never refused
  /// @param refused whether it was ever refused
  record Outcome(boolean granted, boolean refused, String cure) {
    private Outcome with(Outcome later) {
      return new Outcome(
          granted || later.granted, refused || later.refused, later.cure.isEmpty() ? cure : later.cure);
    }

    /// Refused for a reason that no grant changes.
    boolean isBeyondGrants() {
      return refused && !granted && cure.isEmpty();
    }
  }

  /// Reads a log to its end.
  static AuditedRequests read(Path log) throws IOException {
    SequencedMap<String, SequencedMap<Wish, Outcome>> services = new TreeMap<>();
    long requests = 0;
    long denied = 0;
    long unreadable = 0;
    try (BufferedReader lines = Files.newBufferedReader(log)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Line read = line(line);
        if (read.service.isEmpty() || read.permission.isEmpty()) {
          unreadable++;
          continue;
        }
        requests++;
        denied += read.granted ? 0 : 1;
        services
            .computeIfAbsent(read.service, _ -> new TreeMap<>())
            .merge(
                new Wish(read.permission, read.resource),
                new Outcome(read.granted, !read.granted, read.cure),
                Outcome::with);
      }
    }
    return new AuditedRequests(services, requests, denied, unreadable);
  }

  private record Line(
      String service, String permission, String resource, boolean granted, String cure) {
    static final Line NONE = new Line("", "", "", false, "");
  }

  private static Line line(String text) throws IOException {
    String service = "";
    String permission = "";
    String resource = "";
    String cure = "";
    boolean granted = false;
    try (JsonParser json = JSON.createParser(text)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return Line.NONE;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        JsonToken value = json.nextToken();
        switch (field) {
          case "service" -> service = json.getText();
          case "permission" -> permission = json.getText();
          case "resource" -> resource = json.getText();
          case "cure" -> cure = json.getText();
          case "granted" -> granted = value == JsonToken.VALUE_TRUE;
          default -> {
            JsonParser _ = json.skipChildren();
          }
        }
      }
      return json.currentToken() == JsonToken.END_OBJECT
          ? new Line(service, permission, resource, granted, cure)
          : Line.NONE;
    } catch (JsonProcessingException _) {
      return Line.NONE;
    }
  }
}
