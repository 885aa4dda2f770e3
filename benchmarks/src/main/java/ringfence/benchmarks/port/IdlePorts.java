package ringfence.benchmarks.port;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import ringfence.benchmarks.carrier.Place;
import ringfence.benchmarks.carrier.RingEnd;
import ringfence.benchmarks.report.Measure;
import ringfence.sandbox.port.ring.FutexDoorbell;
import ringfence.sandbox.port.ring.RingPort;

/// One thread that sleeps on the doorbell of many ports on which nothing happens.
final class IdlePorts implements Job {
  static final int COUNT = 50;

  private final List<RingPort> ports;
  private final FutexDoorbell doorbell = FutexDoorbell.open();

  private IdlePorts(List<RingPort> ports) {
    this.ports = ports;
    ports.forEach(doorbell::add);
  }

  static IdlePorts open(Place place) throws IOException {
    List<RingPort> ports = new ArrayList<>();
    for (int descriptor : place.descriptors()) {
      ports.add(RingEnd.port(place, descriptor));
    }
    return new IdlePorts(ports);
  }

  /// @return what the thread used; the JVM's own threads are not the ports' doing
  @Override
  public Map<Measure, Double> run(Duration slice) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long start = System.nanoTime();
    long used = threads.getCurrentThreadCpuTime();
    long left = slice.toNanos();
    while (left > 0) {
      boolean _ = doorbell.await(Duration.ofNanos(left));
      left = slice.toNanos() - (System.nanoTime() - start);
    }
    used = threads.getCurrentThreadCpuTime() - used;
    return Map.of(Measure.CPU_PERCENT, 100.0 * used / (System.nanoTime() - start));
  }

  @Override
  public void close() {
    doorbell.close();
    ports.forEach(RingPort::close);
  }
}
