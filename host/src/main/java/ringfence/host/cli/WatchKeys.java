package ringfence.host.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import ringfence.host.ServiceException;

/// What is typed while a manifest is watched: a letter and Enter, so that the terminal stays as it is.
final class WatchKeys {
  static final String HINT = "type r, or r SERVICE, and Enter to restart; q and Enter to close";

  /// What the letters do.
  interface Acts {
    /// Restarts all services that run.
    void restartAll();

    /// Restarts one, and what imports it.
    ///
    /// @throws ServiceException if there is none of that name, or it does not come up
    void restart(String service);

    /// Closes all, and ends the command.
    void close();
  }

  private final BufferedReader lines;
  private final Acts acts;
  private final Consumer<String> say;

  /// @param say tells the user
  WatchKeys(InputStream typed, Acts acts, Consumer<String> say) {
    this.lines = new BufferedReader(new InputStreamReader(typed, StandardCharsets.UTF_8));
    this.acts = acts;
    this.say = say;
  }

  /// Reads on a thread of its own, which ends with the input or with this process.
  static void follow(InputStream typed, Acts acts, Consumer<String> say) {
    WatchKeys keys = new WatchKeys(typed, acts, say);
    Thread.ofPlatform().daemon().name("ringfence-keys").start(keys::run);
  }

  /// Reads to the end of the input.
  void run() {
    try {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        obey(line.strip());
      }
    } catch (IOException _) {
      // The terminal is gone; what runs goes on, or ends with it.
    }
  }

  private void obey(String line) {
    try {
      if (line.equals("r")) {
        acts.restartAll();
      } else if (line.startsWith("r ")) {
        acts.restart(line.substring(2).strip());
      } else if (line.equals("q")) {
        acts.close();
      } else if (!line.isEmpty()) {
        say.accept(HINT);
      }
    } catch (ServiceException e) {
      say.accept("ringfence: " + e.getMessage() + "; what runs goes on");
    }
  }
}
