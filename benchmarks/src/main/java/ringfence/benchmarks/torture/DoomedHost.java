package ringfence.benchmarks.torture;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import ringfence.host.event.ServiceEvent;
import ringfence.sandbox.policy.Jit;

/// A host with services that call each other, until it is killed.
///
/// Says `up` once they run. For each line that it is told it says `calls N wrong M ended K`: what the bystander has done and
/// how many runs have ended. The end of its standard input ends it in order.
///
/// Its workers interpret: their processes are the same, and are up in a third of the CPU time.
public final class DoomedHost {
  private DoomedHost() {}

  /// Runs until it is ended.
  ///
  /// @param arguments how much CPU time a turn may take, in milliseconds
  public static void main(String[] arguments) throws IOException {
    AtomicInteger ended = new AtomicInteger();
    try (Stage stage = new Stage(Duration.ofMillis(Long.parseLong(arguments[0])), 0, Jit.OFF);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      var _ =
          stage.services.addListener(
              event -> {
                if (event instanceof ServiceEvent.Closed) {
                  ended.incrementAndGet();
                }
              });
      System.out.println("up");
      while (in.readLine() != null) {
        long wrong = stage.wrongElsewhere();
        System.out.println("calls " + stage.callsElsewhere() + " wrong " + wrong + " ended " + ended);
      }
    }
    System.exit(0);
  }
}
