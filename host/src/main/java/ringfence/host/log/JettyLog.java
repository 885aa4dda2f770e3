package ringfence.host.log;

import java.util.logging.Level;
import java.util.logging.Logger;

/// What Jetty tells of itself.
public final class JettyLog {
  // Held, for a logger that nobody holds forgets its level.
  private static final Logger LOGGER = Logger.getLogger("org.eclipse.jetty");

  private JettyLog() {}

  /// Has Jetty tell no more than warnings. For those who start a server.
  public static void warningsOnly() {
    LOGGER.setLevel(Level.WARNING);
  }
}
