package ringfence.host.flight;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/// A recording of the events of a host in this JVM, from its making to its [#stop].
public final class FlightRecording implements AutoCloseable {
  private final Recording recording = new Recording();

  public FlightRecording() {
    List.of("Transition", "BrokerCall", "Link", "WarmWorker").forEach(name -> recording.enable("ringfence." + name));
    recording.start();
  }

  /// All events in the order of their ends, read back from a file.
  ///
  /// @param file to be made
  public List<RecordedEvent> stop(Path file) throws IOException {
    recording.stop();
    recording.dump(file);
    return RecordingFile.readAllEvents(file).stream()
        .sorted((a, b) -> a.getEndTime().compareTo(b.getEndTime()))
        .toList();
  }

  /// What events of a type have in some fields.
  ///
  /// @param type such as `Link`
  public static List<List<String>> texts(List<RecordedEvent> events, String type, String... fields) {
    return events.stream()
        .filter(event -> event.getEventType().getName().equals("ringfence." + type))
        .map(event -> List.of(fields).stream().map(field -> String.valueOf(event.<Object>getValue(field))).toList())
        .toList();
  }

  @Override
  public void close() {
    recording.close();
  }
}
