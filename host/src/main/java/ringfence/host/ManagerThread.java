package ringfence.host;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Steps on one platform thread.
final class ManagerThread implements StepQueue {
  private static final System.Logger LOG = System.getLogger("ringfence.host");

  private final ScheduledThreadPoolExecutor steps;
  private final ExecutorService acts =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("ringfence-act-", 1).factory());

  ManagerThread() {
    steps =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("ringfence-manager").daemon().factory());
    steps.setRemoveOnCancelPolicy(true);
    steps.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public boolean post(Runnable step) {
    try {
      steps.execute(() -> run(step));
      return true;
    } catch (RejectedExecutionException _) {
      return false;
    }
  }

  @Override
  public Deadline after(Duration delay, Runnable step) {
    Future<?> scheduled =
        steps.schedule(() -> run(step), delay.toNanos(), TimeUnit.NANOSECONDS);
    return () -> scheduled.cancel(false);
  }

  @Override
  public void elsewhere(Runnable act) {
    var _ = acts.submit(() -> run(act));
  }

  @Override
  public InstantSource clock() {
    return InstantSource.system();
  }

  @Override
  public void close() {
    // Their outcomes are still posted, so that what they hold is let go.
    acts.close();
    steps.close();
  }

  /// A step that fails is a mistake of ours. The next steps must run all the same.
  private static void run(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | Error e) {
      LOG.log(System.Logger.Level.ERROR, "manager-step-failed", e);
    }
  }
}
