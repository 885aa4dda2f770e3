package ringfence.benchmarks.carrier;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import ringfence.sandbox.os.Descriptors;
import ringfence.sandbox.port.ring.SharedRegion;

/// What was laid between two processes before either has started.
///
/// @param near descriptors for the near end, in the order that its carrier knows
/// @param far the same for the far end; a descriptor may be in both
/// @param text what both must know beside them; no spaces
public record Laid(List<Integer> near, List<Integer> far, String text) implements AutoCloseable {

  /// Shared memory for both ends.
  static Laid memory(long bytes, String text) throws IOException {
    SharedRegion region = SharedRegion.create("benchmark", bytes);
    return new Laid(List.of(region.descriptor()), List.of(region.descriptor()), text);
  }

  /// Closes our copies of the descriptors.
  @Override
  public void close() throws IOException {
    for (int descriptor : Stream.concat(near.stream(), far.stream()).distinct().toList()) {
      Descriptors.close(descriptor);
    }
  }
}
