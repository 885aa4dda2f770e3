package ringfence.host.diagnosis;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import ringfence.host.json.Json;
import ringfence.sandbox.protocol.CallTree;
import ringfence.sandbox.protocol.CallTree.Node;
import ringfence.sandbox.protocol.CallTree.Place;
import ringfence.sandbox.protocol.CallTree.Sample;

/// Where a service's time went while it was looked at, about once a millisecond.
public final class CpuProfile {
  /// Before the names of modules, as a debugger has it too.
  private static final String ADDRESS = "file:///";

  private final String service;
  private final Instant begin;
  private final CallTree tree;
  private final List<List<Integer>> children;
  private final long[] ownMicros;

  /// @param begin of the first look
  public CpuProfile(String service, Instant begin, CallTree tree) {
    this.service = service;
    this.begin = begin;
    this.tree = tree;
    this.ownMicros = new long[tree.nodes().size()];
    tree.samples().forEach(sample -> ownMicros[sample.node()] += sample.micros());
    this.children = IntStream.range(0, tree.nodes().size()).<List<Integer>>mapToObj(_ -> new ArrayList<>()).toList();
    for (int i = 1; i < tree.nodes().size(); i++) {
      children.get(tree.nodes().get(i).parent()).add(i);
    }
  }

  /// A function that was being run.
  ///
  /// @param function its name, empty if it has none
  /// @param file its module, empty for a built-in function
  /// @param line where it begins, from 1; 0 for a built-in function
  /// @param time spent in itself, without what it called
  /// @param percent of the time in which the service did something
  public record Hot(String function, String file, int line, Duration time, double percent) {}

  /// How long the service was looked at.
  public Duration time() {
    return micros(IntStream.range(0, ownMicros.length).mapToLong(node -> ownMicros[node]).sum());
  }

  /// How much of that it waited for something to do.
  public Duration idle() {
    return micros(idleMicros());
  }

  /// The functions in which most of the time was spent, the hottest first.
  public List<Hot> hottest(int most) {
    Map<Integer, Long> byPlace = new TreeMap<>();
    for (int i = 0; i < ownMicros.length; i++) {
      if (ownMicros[i] > 0 && !isIdle(i)) {
        byPlace.merge(tree.nodes().get(i).place(), ownMicros[i], Long::sum);
      }
    }
    double busy = Math.max(1, busyMicros());
    return byPlace.entrySet().stream()
        .sorted(Map.Entry.<Integer, Long>comparingByValue(Comparator.reverseOrder()))
        .limit(most)
        .map(
            entry -> {
              Place place = tree.places().get(entry.getKey());
              return new Hot(
                  place.function(), place.file(), place.line(), micros(entry.getValue()), entry.getValue() * 100 / busy);
            })
        .toList();
  }

  /// The profile as Chrome's DevTools, VS Code and other tools load it from a `.cpuprofile` file.
  ///
  /// @see "https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile"
  public String cpuprofile() {
    return Json.line(this::write);
  }

  /// A picture of it, in SVG: complete in itself, without scripts.
  public String flameGraph() {
    return new FlameGraph(this).svg();
  }

  private void write(JsonGenerator json) throws IOException {
    int[] hits = new int[ownMicros.length];
    List<Map<Integer, Integer>> lines =
        IntStream.range(0, hits.length).<Map<Integer, Integer>>mapToObj(_ -> new TreeMap<>()).toList();
    for (Sample sample : tree.samples()) {
      hits[sample.node()]++;
      if (sample.line() > 0) {
        lines.get(sample.node()).merge(sample.line(), 1, Integer::sum);
      }
    }
    json.writeArrayFieldStart("nodes");
    for (int i = 0; i < hits.length; i++) {
      node(json, i, hits[i], lines.get(i));
    }
    json.writeEndArray();
    long start = begin.toEpochMilli() * 1000;
    json.writeNumberField("startTime", start);
    json.writeNumberField("endTime", start + time().toNanos() / 1000);
    json.writeArrayFieldStart("samples");
    for (Sample sample : tree.samples()) {
      json.writeNumber(sample.node() + 1);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("timeDeltas");
    for (Sample sample : tree.samples()) {
      json.writeNumber(sample.micros());
    }
    json.writeEndArray();
  }

  private void node(JsonGenerator json, int index, int hits, Map<Integer, Integer> lines) throws IOException {
    Place place = place(index);
    json.writeStartObject();
    // From 1, as V8 counts them; lines and columns of the call frame from 0.
    json.writeNumberField("id", index + 1);
    json.writeObjectFieldStart("callFrame");
    json.writeStringField("functionName", place.function());
    json.writeStringField("scriptId", "0");
    json.writeStringField("url", place.file().isEmpty() ? "" : ADDRESS + place.file());
    json.writeNumberField("lineNumber", place.line() - 1);
    json.writeNumberField("columnNumber", place.column() - 1);
    json.writeEndObject();
    json.writeNumberField("hitCount", hits);
    json.writeArrayFieldStart("children");
    for (int child : children(index)) {
      json.writeNumber(child + 1);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("positionTicks");
    for (Map.Entry<Integer, Integer> line : lines.entrySet()) {
      json.writeStartObject();
      json.writeNumberField("line", line.getKey());
      json.writeNumberField("ticks", line.getValue());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  // ---- for the picture

  String service() {
    return service;
  }

  Place place(int node) {
    Node known = tree.nodes().get(node);
    return tree.places().get(known.place());
  }

  List<Integer> children(int node) {
    return children.get(node);
  }

  boolean isIdle(int node) {
    return place(node).equals(Place.IDLE);
  }

  long busyMicros() {
    return IntStream.range(0, ownMicros.length).filter(node -> !isIdle(node)).mapToLong(node -> ownMicros[node]).sum();
  }

  private long idleMicros() {
    return IntStream.range(0, ownMicros.length).filter(this::isIdle).mapToLong(node -> ownMicros[node]).sum();
  }

  /// The time of each node with all below it, but for idleness.
  long[] wholeMicros() {
    long[] whole = ownMicros.clone();
    for (int i = whole.length - 1; i > 0; i--) {
      if (isIdle(i)) {
        whole[i] = 0;
      }
      whole[tree.nodes().get(i).parent()] += whole[i];
    }
    return whole;
  }

  private static Duration micros(long micros) {
    return Duration.ofNanos(micros * 1000);
  }
}
