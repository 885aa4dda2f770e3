package ringfence.benchmarks.port;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import ringfence.benchmarks.carrier.Carrier;
import ringfence.benchmarks.carrier.End;
import ringfence.benchmarks.carrier.Laid;
import ringfence.benchmarks.carrier.Place;
import ringfence.sandbox.os.Descriptors;

/// The other process of a JMH benchmark, and the near end in this one.
final class FarProcess implements AutoCloseable {
  private final Child child;
  private final End near;

  private FarProcess(Child child, End near) {
    this.child = child;
    this.near = near;
  }

  /// Starts it, and lets it serve until the message comes that ends a slice.
  static FarProcess start(Carrier carrier, Scenario scenario) throws IOException {
    Child child = Child.start("far", List.of());
    try (Laid laid = carrier.lay(scenario.oneWay(), scenario.payloadBytes())) {
      Pair.command(child, "far", laid.far(), carrier, scenario, laid.text());
      // The carrier closes its own copies, and `laid` those that were handed over.
      List<Integer> own = new java.util.ArrayList<>();
      for (int descriptor : laid.near()) {
        own.add(Descriptors.duplicate(descriptor, 3));
      }
      End near =
          carrier.open(
              new Place(
                  true, scenario.regime(), scenario.oneWay(), carrier.payloadBytes(scenario.payloadBytes()), own, laid.text()));
      String _ = child.answer();
      child.tell("run " + Duration.ofSeconds(1).toNanos());
      return new FarProcess(child, near);
    } catch (IOException | RuntimeException e) {
      child.close();
      throw e;
    }
  }

  End near() {
    return near;
  }

  @Override
  public void close() throws IOException {
    near.close();
    child.close();
  }
}
