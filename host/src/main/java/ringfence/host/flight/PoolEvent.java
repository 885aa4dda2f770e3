package ringfence.host.flight;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// A start asks the pool for a warm worker.
@Name("ringfence.WarmWorker")
@Label("Warm Worker")
@Category("Ringfence")
@StackTrace(false)
final class PoolEvent extends Event {
  @Label("Run")
  final String run;

  @Label("Found")
  final boolean found;

  @Label("Left Ready")
  final int ready;

  PoolEvent(String run, boolean found, int ready) {
    this.run = run;
    this.found = found;
    this.ready = ready;
  }
}
