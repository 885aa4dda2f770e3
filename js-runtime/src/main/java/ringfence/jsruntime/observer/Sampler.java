package ringfence.jsruntime.observer;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.graalvm.polyglot.Engine;
import ringfence.jsruntime.loop.Turns;
import ringfence.sandbox.protocol.Answer;
import ringfence.sandbox.protocol.CallTree.Place;
import ringfence.sandbox.protocol.Question;

/// Looks again and again at what the loop's thread is in, on a thread of its own, while somebody wants a profile.
public final class Sampler {
  private final Turns turns;
  private final AtomicBoolean looking = new AtomicBoolean();

  /// @param turns of the loop
  public Sampler(Turns turns) {
    this.turns = turns;
  }

  /// Takes a profile of the calling thread, which is the loop's, and tells it in the end.
  ///
  /// @param engine of the service
  /// @param tell called once: on a thread of the sampler's, or at once if a profile is being taken
  public void take(Engine engine, Question.Profile question, Consumer<Answer> tell) {
    if (!looking.compareAndSet(false, true)) {
      tell.accept(new Answer.Refused("a profile of it is being taken; wait for its end"));
      return;
    }
    Thread loop = Thread.currentThread();
    Thread.ofPlatform()
        .daemon()
        .name("ringfence-sampler")
        .start(
            () -> {
              Answer answer = answer(engine, loop, question);
              looking.set(false);
              tell.accept(answer);
            });
  }

  private Answer answer(Engine engine, Thread loop, Question.Profile question) {
    try {
      return new Answer.Profiled(profile(StackWatch.of(engine), loop, question).build());
    } catch (InterruptedException | RuntimeException e) {
      System.err.println("ringfence worker: no profile: " + e);
      return new Answer.Refused("its worker failed to take one");
    }
  }

  private CallTreeBuilder profile(StackWatch watch, Thread loop, Question.Profile question) throws InterruptedException {
    CallTreeBuilder tree = new CallTreeBuilder();
    long interval = Duration.ofNanos(question.intervalMicros() * 1000L).toNanos();
    long before = System.nanoTime();
    long end = before + Duration.ofMillis(question.millis()).toNanos();
    long next = before + interval;
    while (before < end && !tree.isFull()) {
      LockSupport.parkNanos(next - System.nanoTime());
      long now = System.nanoTime();
      if (now < next) {
        continue;
      }
      boolean idle = isIdle();
      Optional<Stack> stack = idle ? Optional.empty() : watch.look(loop, end - now);
      now = System.nanoTime();
      int micros = (int) Math.min(Integer.MAX_VALUE, (now - before) / 1000);
      if (stack.isPresent() && !stack.get().places().isEmpty()) {
        tree.add(stack.get(), micros);
      } else {
        // A turn may have ended before the next safepoint.
        tree.add(idle ? Place.IDLE : Place.PROGRAM, micros);
      }
      before = now;
      next = Math.max(next + interval, now + interval / 2);
    }
    return tree;
  }

  private boolean isIdle() {
    return (turns.now() & 1) == 0;
  }
}
