package ringfence.host;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;

/// The manager's queue without a thread and with a clock of its own: tests run the steps themselves.
final class VirtualSteps implements StepQueue {
  private final Queue<Runnable> steps = new ArrayDeque<>();
  private final List<Runnable> acts = new ArrayList<>();
  private final boolean holdsActs;
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(Comparator.comparing(Timer::at).thenComparingLong(Timer::number));
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private long numbers;

  VirtualSteps() {
    this(false);
  }

  /// @param holdsActs whether what runs elsewhere is done when [#runAct] says so; otherwise it is done in turn
  VirtualSteps(boolean holdsActs) {
    this.holdsActs = holdsActs;
  }

  private record Timer(Instant at, long number, Runnable step) {}

  @Override
  public boolean post(Runnable step) {
    return steps.add(step);
  }

  @Override
  public Deadline after(Duration delay, Runnable step) {
    Timer timer = new Timer(now.plus(delay), numbers++, step);
    timers.add(timer);
    return () -> timers.remove(timer);
  }

  @Override
  public void elsewhere(Runnable act) {
    if (holdsActs) {
      acts.add(act);
    } else {
      steps.add(act);
    }
  }

  @Override
  public InstantSource clock() {
    return () -> now;
  }

  @Override
  public void close() {
    run();
  }

  /// Runs one step, if there is one.
  boolean runOne() {
    Runnable step = steps.poll();
    if (step != null) {
      step.run();
    }
    return step != null;
  }

  int acts() {
    return acts.size();
  }

  /// Does one of the things that run elsewhere, in whatever order the caller likes.
  void runAct(int index) {
    acts.remove(index).run();
  }

  int waiting() {
    return steps.size();
  }

  /// Runs steps until none is left.
  void run() {
    while (runOne()) {
      // The next one.
    }
  }

  /// Lets time pass, and runs what is due on the way.
  void pass(Duration time) {
    Instant end = now.plus(time);
    run();
    for (Timer next = timers.peek(); next != null && !next.at.isAfter(end); next = timers.peek()) {
      timers.remove(next);
      now = next.at;
      next.step.run();
      run();
    }
    now = end;
  }

  int deadlines() {
    return timers.size();
  }
}
