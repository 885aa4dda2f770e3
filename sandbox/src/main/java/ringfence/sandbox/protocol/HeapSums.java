package ringfence.sandbox.protocol;

import java.util.EnumMap;
import java.util.Map;

/// What a worker's JVM says of its memory. All in bytes, from 0.
///
/// @param used of the Java heap, right after a collection
/// @param committed of the Java heap: what it has from the machine
/// @param most that the Java heap may have
/// @param classes committed for what is known of classes
/// @param code committed for machine code
/// @param buffers outside of the heap
/// @param threads how many there are
/// @param values what is on the heap
/// @param micros that the service was held up for this
public record HeapSums(
    long used,
    long committed,
    long most,
    long classes,
    long code,
    long buffers,
    int threads,
    Map<Kind, Sum> values,
    long micros) {
  private static final long MOST = 1L << 50;

  public HeapSums {
    values = Map.copyOf(values);
    for (long number : new long[] {used, committed, most, classes, code, buffers, threads, micros}) {
      check(number);
    }
  }

  /// What something on the heap is, to a script's author.
  public enum Kind {
    /// The contents of strings and buffers: in a JVM both are bytes.
    BYTES("strings and buffers"),
    /// Elements of arrays, and properties beyond an object's first ones.
    ARRAYS("arrays and properties"),
    /// Objects of all classes but the others here; maps and sets with what they hold.
    OBJECTS("objects"),
    /// Functions, and the variables that they keep.
    FUNCTIONS("functions and closures"),
    /// Those that do not fit into 32 bits, each on its own.
    NUMBERS("numbers"),
    /// What the engine knows of the code: its trees, shapes and caches, the runtime's own too.
    ENGINE("engine and code"),
    /// All else of the JVM.
    JVM("Java's own");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /// For people.
    public String words() {
      return words;
    }
  }

  /// Objects of one kind.
  ///
  /// @param count how many
  public record Sum(long count, long bytes) {
    public static final Sum NONE = new Sum(0, 0);

    public Sum {
      check(count);
      check(bytes);
    }

    /// Both together.
    public Sum plus(Sum other) {
      return new Sum(count + other.count, bytes + other.bytes);
    }
  }

  private static void check(long number) {
    if (number < 0 || number > MOST) {
      throw new IllegalArgumentException("no memory has " + number + " bytes; there are from 0 to " + MOST);
    }
  }

  static void write(MessageWriter out, HeapSums sums) {
    out.i64(sums.used).i64(sums.committed).i64(sums.most).i64(sums.classes).i64(sums.code).i64(sums.buffers);
    out.u32(sums.threads).i64(sums.micros);
    for (Kind kind : Kind.values()) {
      Sum sum = sums.values.getOrDefault(kind, Sum.NONE);
      out.i64(sum.count).i64(sum.bytes);
    }
  }

  static HeapSums read(MessageReader in) {
    long used = in.i64("used");
    long committed = in.i64("committed");
    long most = in.i64("most");
    long classes = in.i64("classes");
    long code = in.i64("code");
    long buffers = in.i64("buffers");
    int threads = in.u32("threads");
    long micros = in.i64("time");
    Map<Kind, Sum> values = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      values.put(kind, new Sum(in.i64("count"), in.i64("bytes")));
    }
    return new HeapSums(used, committed, most, classes, code, buffers, threads, values, micros);
  }
}
