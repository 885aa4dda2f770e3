package ringfence.host;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import ringfence.host.lifecycle.ExitCause;
import ringfence.sandbox.protocol.ServiceName;

/// Who waits for a service to run or to be closed. Each is told once, and runs on a thread of its own then.
///
/// Belongs to the manager's thread.
final class Waiters {
  private final ServiceName service;
  private List<CompletableFuture<Void>> forRun = new ArrayList<>();
  // Came while a run was closing: they are for the run after it.
  private List<CompletableFuture<Void>> forNextRun = new ArrayList<>();
  private final List<CompletableFuture<ExitCause>> forEnd = new ArrayList<>();

  Waiters(ServiceName service) {
    this.service = service;
  }

  /// Completes when the service runs; fails with [StartFailedException] when it can't.
  CompletableFuture<Void> run() {
    return added(forRun);
  }

  /// The same for the run after the one that is closing.
  CompletableFuture<Void> nextRun() {
    return added(forNextRun);
  }

  /// Completes with the cause when the run at hand has ended.
  CompletableFuture<ExitCause> end() {
    CompletableFuture<ExitCause> future = new CompletableFuture<>();
    forEnd.add(future);
    return future;
  }

  /// Whether somebody waits for it to run.
  boolean waitForRun() {
    return !forRun.isEmpty() || !forNextRun.isEmpty();
  }

  void running() {
    List<CompletableFuture<Void>> done = forRun;
    forRun = new ArrayList<>();
    done.forEach(waiter -> waiter.complete(null));
  }

  /// There will be no run of those that wait for one now.
  void noRun(ExitCause cause) {
    fail(forRun, cause);
  }

  /// There will be no run after the one that is closing.
  void noNextRun(ExitCause cause) {
    fail(forNextRun, cause);
  }

  /// The run at hand has ended: who waited for the next one waits from now on.
  void ended(ExitCause cause) {
    fail(forRun, cause);
    forRun = forNextRun;
    forNextRun = new ArrayList<>();
    List<CompletableFuture<ExitCause>> done = List.copyOf(forEnd);
    forEnd.clear();
    done.forEach(waiter -> waiter.complete(cause));
  }

  private static CompletableFuture<Void> added(List<CompletableFuture<Void>> waiters) {
    CompletableFuture<Void> future = new CompletableFuture<>();
    waiters.add(future);
    return future;
  }

  private void fail(List<CompletableFuture<Void>> waiters, ExitCause cause) {
    List<CompletableFuture<Void>> failed = List.copyOf(waiters);
    waiters.clear();
    failed.forEach(
        waiter -> waiter.completeExceptionally(new StartFailedException(service, cause)));
  }
}
