package ringfence.host;

import java.time.Duration;
import java.time.InstantSource;

/// The manager's thread as the manager sees it: steps that run one after another, some of them later.
interface StepQueue extends AutoCloseable {

  /// Appends a step. From any thread.
  ///
  /// @return false if the queue is closed: the step will not run
  boolean post(Runnable step);

  /// Appends a step when a time is over.
  Deadline after(Duration delay, Runnable step);

  /// Runs what would hold the manager's thread up on another thread. It posts its outcome itself.
  void elsewhere(Runnable act);

  /// The time that deadlines follow.
  InstantSource clock();

  /// Runs what was posted, waits for what runs elsewhere, forgets deadlines, and ends.
  @Override
  void close();

  /// A step for later.
  @FunctionalInterface
  interface Deadline {
    /// Not that step any more. Does nothing if it has run.
    void cancel();
  }
}
