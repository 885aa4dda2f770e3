package ringfence.host.diagnosis;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import ringfence.sandbox.launch.ProcessMemory;
import ringfence.sandbox.protocol.HeapSums;
import ringfence.sandbox.protocol.HeapSums.Kind;
import ringfence.sandbox.protocol.HeapSums.Sum;

/// The memory of a running service, by kind.
///
/// @param process what the kernel says, which no service can falsify; empty where the kernel does not let the host look
/// @param heap what the worker's JVM says, right after a collection
public record ServiceMemory(Optional<ProcessMemory> process, HeapSums heap) {

  /// One kind.
  ///
  /// @param where `process`, `jvm` or `heap`
  /// @param count of objects; 0 where none are counted
  public record Row(String where, String kind, long bytes, long count) {}

  /// Whether the JVM of the worker could tell apart what is on the heap.
  public boolean isCounted() {
    return heap.values().values().stream().anyMatch(sum -> sum.bytes() > 0);
  }

  /// All kinds, from what the whole process has to what is on the heap. Rows of the JVM are parts of what the process has of its
  /// own, and rows of the heap, if it [was counted][#isCounted()], of the Java heap.
  public List<Row> rows() {
    Stream<Row> kernel =
        process.stream()
            .flatMap(
                memory ->
                    Stream.of(
                        new Row("process", "its own", memory.own(), 0),
                        new Row("process", "rings", memory.shared(), 0),
                        new Row("process", "AOT cache", memory.cache(), 0),
                        new Row("process", "programs and jars", memory.files(), 0),
                        new Row("process", "swapped out", memory.swapped(), 0)));
    Stream<Row> jvm =
        Stream.of(
            new Row("jvm", "Java heap", heap.committed(), 0),
            new Row("jvm", "classes", heap.classes(), 0),
            new Row("jvm", "machine code", heap.code(), 0),
            new Row("jvm", "buffers outside the heap", heap.buffers(), 0));
    Stream<Row> values =
        Stream.of(Kind.values())
            .filter(_ -> isCounted())
            .map(
                kind -> {
                  Sum sum = heap.values().getOrDefault(kind, Sum.NONE);
                  return new Row("heap", kind.words(), sum.bytes(), sum.count());
                });
    return Stream.of(kernel, jvm, values).flatMap(rows -> rows).toList();
  }
}
