package ringfence.jsruntime;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanOperationInfo;
import javax.management.ObjectName;
import ringfence.sandbox.protocol.Answer;
import ringfence.sandbox.protocol.HeapSums;
import ringfence.sandbox.protocol.HeapSums.Kind;
import ringfence.sandbox.protocol.HeapSums.Sum;

/// Counts what is on the heap, by kinds of JavaScript's. Collects garbage before, and holds all threads up while it counts:
/// some milliseconds for each 10 MiB.
final class HeapCensus {
  private static final Pattern ROW =
      Pattern.compile("\\s*\\d+:\\s+(?<count>\\d{1,15})\\s+(?<bytes>\\d{1,15})\\s+(?<name>\\S+).*");

  private static final String DIAGNOSTIC_COMMANDS = "com.sun.management:type=DiagnosticCommand";

  private static final String HISTOGRAM = "gcClassHistogram";

  private final AtomicBoolean counting = new AtomicBoolean();

  /// Counts, on a thread of its own.
  ///
  /// @param tell called once
  void take(Consumer<Answer> tell) {
    if (!counting.compareAndSet(false, true)) {
      tell.accept(new Answer.Refused("its memory is being counted; ask again"));
      return;
    }
    Thread.ofPlatform()
        .daemon()
        .name("ringfence-census")
        .start(
            () -> {
              Answer answer = answer();
              counting.set(false);
              tell.accept(answer);
            });
  }

  private static Answer answer() {
    try {
      return new Answer.Summed(sums());
    } catch (JMException | RuntimeException e) {
      System.err.println("ringfence worker: its heap can't be counted: " + e);
      return new Answer.Refused("its worker failed to count");
    }
  }

  private static HeapSums sums() throws JMException {
    long before = System.nanoTime();
    Map<Kind, Sum> values = new EnumMap<>(Kind.class);
    histogram().lines().forEach(line -> count(line, values));
    if (values.isEmpty()) {
      System.gc();
    }
    long micros = (System.nanoTime() - before) / 1000;
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    return new HeapSums(
        // By the table if there is one, which is itself garbage on the heap now.
        values.isEmpty() ? heap.getUsed() : values.values().stream().mapToLong(Sum::bytes).sum(),
        heap.getCommitted(),
        Math.max(0, heap.getMax()),
        pools("Metaspace") + pools("Compressed Class Space"),
        pools("CodeHeap") + pools("CodeCache"),
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream().mapToLong(BufferPoolMXBean::getMemoryUsed).sum(),
        ManagementFactory.getThreadMXBean().getThreadCount(),
        values,
        micros);
  }

  /// The JVM's table of classes, after a collection; empty where it has no such command, since the module `jdk.jfr` is missing.
  private static String histogram() throws JMException {
    ObjectName commands = new ObjectName(DIAGNOSTIC_COMMANDS);
    var server = ManagementFactory.getPlatformMBeanServer();
    // The bean learns of its commands when it is asked which there are.
    boolean known =
        Stream.of(server.getMBeanInfo(commands).getOperations()).map(MBeanOperationInfo::getName).anyMatch(HISTOGRAM::equals);
    return known
        ? String.valueOf(
            server.invoke(commands, HISTOGRAM, new Object[] {new String[0]}, new String[] {String[].class.getName()}))
        : "";
  }

  private static long pools(String name) {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getName().startsWith(name))
        .map(MemoryPoolMXBean::getUsage)
        .mapToLong(MemoryUsage::getCommitted)
        .sum();
  }

  /// A line such as `   1:   19441   22064736  [B (java.base@25)`; others are headings.
  static void count(String line, Map<Kind, Sum> into) {
    Matcher row = ROW.matcher(line);
    if (row.matches()) {
      Sum sum = new Sum(Long.parseLong(row.group("count")), Long.parseLong(row.group("bytes")));
      into.merge(kind(row.group("name")), sum, Sum::plus);
    }
  }

  /// What a class of Java's is to JavaScript.
  static Kind kind(String name) {
    if (name.equals("[B") || name.startsWith("com.oracle.truffle.api.strings.") || name.equals("java.lang.String")
        || name.startsWith("java.nio.") || name.contains(".JSLazyString")) {
      return Kind.BYTES;
    }
    if (name.equals("[Ljava.lang.Object;") || name.equals("[I") || name.equals("[D") || name.equals("[J")) {
      return Kind.ARRAYS;
    }
    if (name.equals("java.lang.Double") || name.equals("java.lang.Long") || name.equals("java.lang.Integer")
        || name.equals("java.math.BigInteger") || name.equals("com.oracle.truffle.js.runtime.BigInt")
        || name.equals("com.oracle.truffle.js.runtime.SafeInteger")) {
      return Kind.NUMBERS;
    }
    if (name.startsWith("com.oracle.truffle.js.runtime.builtins.JSFunction") || name.startsWith("com.oracle.truffle.api.impl.Frame")) {
      return Kind.FUNCTIONS;
    }
    if (isObject(name)) {
      return Kind.OBJECTS;
    }
    return name.contains("com.oracle.") || name.contains("org.graalvm.") ? Kind.ENGINE : Kind.JVM;
  }

  private static boolean isObject(String name) {
    return (name.startsWith("com.oracle.truffle.js.runtime.builtins.") && name.contains("Object"))
        || name.startsWith("com.oracle.truffle.js.runtime.objects.JS")
        || name.startsWith("com.oracle.truffle.js.runtime.util.JSHashMap");
  }
}
