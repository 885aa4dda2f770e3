package ringfence.host.broker;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Scheduler;

/// Closes connections whose clients take too long to say what they want, byte by byte or not at all. The server's
/// idle timeout begins anew with each byte, this one does not. Thread-safe.
public final class HeadDeadlines implements Connection.Listener {
  private final Scheduler scheduler;
  private final Duration time;
  private final Map<Connection, Scheduler.Task> running = new ConcurrentHashMap<>();

  /// @param time from the begin of a connection, or the end of a response, until the next head is whole
  public HeadDeadlines(Scheduler scheduler, Duration time) {
    this.scheduler = scheduler;
    this.time = time;
  }

  @Override
  public void onOpened(Connection connection) {
    begin(connection);
  }

  @Override
  public void onClosed(Connection connection) {
    end(connection);
  }

  /// Lets the client be, as long as its request is answered.
  public void headIsThere(Request request) {
    end(request.getConnectionMetaData().getConnection());
  }

  /// The response has ended.
  public void headIsDue(Request request) {
    Connection connection = request.getConnectionMetaData().getConnection();
    if (connection.getEndPoint().isOpen()) {
      begin(connection);
      if (!connection.getEndPoint().isOpen()) {
        end(connection);
      }
    }
  }

  private void begin(Connection connection) {
    Scheduler.Task before = running.put(connection, scheduler.schedule(() -> expire(connection), time));
    if (before != null) {
      boolean _ = before.cancel();
    }
  }

  private void expire(Connection connection) {
    running.remove(connection);
    connection.getEndPoint().close();
  }

  private void end(Connection connection) {
    Scheduler.Task task = running.remove(connection);
    if (task != null) {
      boolean _ = task.cancel();
    }
  }
}
