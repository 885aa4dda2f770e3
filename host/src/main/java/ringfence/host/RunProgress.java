package ringfence.host;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import ringfence.host.lifecycle.ExitCause;
import ringfence.host.worker.WorkerEnd;
import ringfence.sandbox.policy.ProcessPolicy;
import ringfence.sandbox.protocol.CloseReason;
import ringfence.sandbox.protocol.ControlEvent;
import ringfence.sandbox.protocol.ControlEvent.Closed;
import ringfence.sandbox.protocol.ControlEvent.RemoteReady;
import ringfence.sandbox.protocol.ControlEvent.StateChanged;
import ringfence.sandbox.protocol.ErrorReport;
import ringfence.sandbox.protocol.MalformedMessageException;
import ringfence.sandbox.protocol.ServiceState;

/// What a worker has said of its run so far: it decides what the worker may say next, and tells in the end why it ended.
///
/// ```
///   -- RemoteReady --> ready -- code --> starting -- RUNNING --> running -- CLOSING --> closing -- Closed --> over
///                                           |                       |                                ^
///                                           '------- CLOSING -------'------------- Closed -----------'
/// ```
/// Belongs to the worker's thread.
final class RunProgress {
  private boolean ready;
  private boolean running;
  private boolean closing;
  private @Nullable CloseReason reason;
  private @Nullable ErrorReport lastError;

  /// Whether it has said its last word.
  boolean isOver() {
    return reason != null;
  }

  /// It is sealed, or not.
  void ready(RemoteReady event) {
    expect(!ready, event);
    ready = true;
  }

  /// It runs, or closes by itself.
  ///
  /// @param hasCode whether the host has sent it any
  void reached(StateChanged event, boolean hasCode) {
    switch (event.state()) {
      case RUNNING -> {
        expect(hasCode && !running && !closing, event);
        running = true;
      }
      case CLOSING -> {
        expect(hasCode && !closing, event);
        closing = true;
      }
      case STARTING, CLOSED -> throw unexpected(event);
    }
  }

  /// Its code threw what nobody caught.
  void failed(ErrorReport error) {
    lastError = error;
  }

  /// Its last word.
  void closed(Closed event, boolean hasCode) {
    expect(hasCode, event);
    reason = event.reason();
  }

  /// Holds the worker to what it may say now, which is nothing after its last word.
  ///
  /// @throws MalformedMessageException if it may not
  void expect(boolean legal, ControlEvent event) {
    if (!legal || isOver()) {
      throw unexpected(event);
    }
  }

  static MalformedMessageException unexpected(ControlEvent event) {
    return new MalformedMessageException(
        event.getClass().getSimpleName() + " is not expected from a worker at this point");
  }

  /// Why it ended, where the host did not decide it: by its own word, or by what the kernel says.
  ///
  /// @param asked why the host had asked it to close, if it had
  ExitCause causeOf(WorkerEnd end, @Nullable ExitCause asked, ProcessPolicy policy) {
    CloseReason said = reason;
    if (said != null) {
      return switch (said) {
        case REQUESTED ->
            asked != null ? asked : new ExitCause.Disconnected("it closed as if asked to");
        case FINISHED -> asked != null ? asked : new ExitCause.Finished();
        case START_FAILED, CRASHED -> running ? crashed() : startFailed();
      };
    }
    return switch (end) {
      case WorkerEnd.NotStarted e -> new ExitCause.StartFailed(e.reason(), Optional.empty());
      case WorkerEnd.Broken e -> new ExitCause.Disconnected(e.reason());
      case WorkerEnd.Exited e -> WorkerExits.causeOf(e.exit(), policy);
    };
  }

  private ExitCause crashed() {
    return new ExitCause.Crashed("an uncaught error ended it", Optional.ofNullable(lastError));
  }

  private ExitCause startFailed() {
    return new ExitCause.StartFailed("its code failed", Optional.ofNullable(lastError));
  }
}
