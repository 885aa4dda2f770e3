package ringfence.host.attack;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import ringfence.host.ServiceListener;
import ringfence.host.event.ServiceEvent;

/// Sees whether a bomb got away with it: it printed that, or its endless turn has used more CPU time than it may.
final class Success implements ServiceListener {
  private static final String LONG_TURN = "a turn of 900 ms";
  private static final Duration LONGER_THAN_ALLOWED = Duration.ofMillis(900);

  private final String wanted;
  private @Nullable Duration cpuBefore;
  private volatile boolean seen;

  Success(String wanted) {
    this.wanted = wanted;
  }

  boolean seen() {
    return seen;
  }

  @Override
  public void event(ServiceEvent event) {
    switch (event) {
      case ServiceEvent.ResourceUse use -> {
        Duration before = cpuBefore == null ? use.cpu() : cpuBefore;
        cpuBefore = before;
        // A turn that does not end prints nothing; what it has used tells.
        seen |= wanted.equals(LONG_TURN) && use.cpu().minus(before).compareTo(LONGER_THAN_ALLOWED) > 0;
      }
      case ServiceEvent.Output output -> seen |= output.line().text().startsWith(wanted);
      default -> {
        // Its end is seen by others.
      }
    }
  }
}
