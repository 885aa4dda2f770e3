package ringfence.sandbox.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.os.Descriptors;
import ringfence.sandbox.os.Errno;
import ringfence.sandbox.os.Processes;
import ringfence.sandbox.os.SystemCallException;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.port.ring.SharedRegion;

/// A process that [Spawner] started, its three descriptors in the host and the thread that watches it.
final class SpawnedWorker implements WorkerProcess {
  /// How long the pipe's end may take after the outer process's. The pipe ends when the last process
  /// behind it does: one that was cut off while it booted finds its command socket closed and goes.
  private static final int LAST_OUTPUT_MILLIS = 10_000;

  /// The inner process appears some time after the outer one, and nothing tells of it.
  private static final int LOOK_MILLIS = 200;

  /// Then it is none that has what is looked for.
  private static final int MOST_LOOKS = 300;

  /// No descriptor.
  private static final int NONE = -1;

  private final int pid;
  private final int pidfd;
  private final int socket;
  private final int output;
  private final WorkerGroup group;
  private final OutputTail tail = new OutputTail(); // guarded by itself
  private final CompletableFuture<@Nullable Void> dying = new CompletableFuture<>();
  private final CompletableFuture<WorkerExit> exit = new CompletableFuture<>();

  // Guarded by this: a number that was closed may be another file's the next moment.
  private boolean hungUp;
  private boolean reaped;
  private boolean gone;
  private boolean overMemory;
  private long handedBytes;
  private @Nullable InnerProcess inner;

  private Consumer<String> onOutput = text -> {}; // guarded by tail

  /// Takes over all three descriptors.
  ///
  /// @param group that the process enters by itself
  SpawnedWorker(int pid, int pidfd, int socket, int output, WorkerGroup group) {
    this.pid = pid;
    this.pidfd = pidfd;
    this.socket = socket;
    this.output = output;
    this.group = group;
  }

  /// Starts the thread that drains the output and waits for the end.
  ///
  /// @param whenGone runs before [#exit()] completes
  /// @param afterwards runs after it, and may take its time
  void watch(Runnable whenGone, Runnable afterwards) {
    Thread.ofPlatform()
        .daemon()
        .name("ringfence-watch-" + pid)
        .start(
            () -> {
              WorkerExit end = awaitEnd();
              release();
              whenGone.run();
              exit.complete(end);
              afterwards.run();
            });
  }

  /// Tells somebody the last of what the process has printed, now if there is any and whenever there is more, on
  /// the watching thread. A process that is as it should be prints nothing.
  void onOutput(Consumer<String> listener) {
    String before;
    synchronized (tail) {
      onOutput = listener;
      before = tail.text();
    }
    if (!before.isEmpty()) {
      listener.accept(before);
    }
  }

  @Override
  public long pid() {
    return pid;
  }

  @Override
  public synchronized void offerRegion(SharedRegion region, RingOffer offer) throws IOException {
    if (gone || hungUp) {
      throw new WorkerGoneException(notSent(offer, "is gone"), null);
    }
    try {
      Descriptors.send(
          socket, new RegionOffer(offer, region.bytes()).encode(), region.descriptor());
      handedBytes += region.bytes();
    } catch (SystemCallException e) {
      if (e.errno() == Errno.EAGAIN) {
        throw new IOException(notSent(offer, "does not read its command socket"), e);
      }
      throw new WorkerGoneException(notSent(offer, "is gone"), e);
    }
  }

  private String notSent(RingOffer offer, String why) {
    return "worker %d %s; region %d was not sent".formatted(pid, why, offer.regionId());
  }

  @Override
  public synchronized OptionalLong cpuNanos() {
    InnerProcess found = inner();
    return found == null ? OptionalLong.empty() : found.cpuNanos();
  }

  @Override
  public synchronized OptionalLong memoryBytes() {
    InnerProcess found = inner();
    return found == null ? OptionalLong.empty() : found.memoryBytes(handedBytes);
  }

  @Override
  public synchronized Optional<ProcessMemory> memory() {
    InnerProcess found = inner();
    return found == null ? Optional.empty() : found.memory();
  }

  @Override
  public boolean boundsMemory() {
    return group.boundsMemory();
  }

  @Override
  public synchronized void killOverMemory() {
    overMemory = true;
    kill();
  }

  @Override
  public void stop() {
    signal(InnerProcess::stop);
  }

  @Override
  public void proceed() {
    signal(InnerProcess::proceed);
  }

  @Override
  public boolean knowsBackground() {
    return group.knowsBackground();
  }

  @Override
  public synchronized void yieldCompiling() {
    InnerProcess found = inner();
    if (found != null) {
      found.yieldCompiling();
    }
  }

  @Override
  public synchronized void background(boolean background) {
    if (gone) {
      return;
    }
    try {
      group.background(background);
    } catch (IOException e) {
      throw new UncheckedIOException("worker " + pid + "'s turn at the CPU could not be set", e);
    }
  }

  private synchronized void signal(Signal signal) {
    InnerProcess found = inner();
    if (found != null) {
      try {
        signal.send(found);
      } catch (SystemCallException e) {
        throw new UncheckedIOException("worker " + pid + " could not be stopped or continued", e);
      }
    }
  }

  /// Sends one signal.
  private interface Signal {
    void send(InnerProcess to) throws SystemCallException;
  }

  private @Nullable InnerProcess inner() {
    if (inner == null && !reaped) {
      inner = InnerProcess.behind(pid).orElse(null);
    }
    return inner;
  }

  @Override
  public synchronized void hangUp() {
    if (!hungUp) {
      hungUp = true;
      closeOwn(socket);
    }
  }

  @Override
  public synchronized void kill() {
    if (!reaped) {
      killGroup();
    }
  }

  /// The outer process and all behind it that are still in its group: in the middle of a start, the next
  /// may not be bound to it yet, and would run on to the worker's first act.
  private void killGroup() {
    try {
      Processes.killGroup(pid);
    } catch (SystemCallException e) {
      throw new UncheckedIOException("worker " + pid + " could not be killed", e);
    }
  }

  @Override
  public CompletableFuture<@Nullable Void> dying() {
    return dying.copy();
  }

  @Override
  public CompletableFuture<WorkerExit> exit() {
    // A copy: nobody but the watching thread can say that the process is gone.
    return exit.copy();
  }

  private WorkerExit awaitEnd() {
    try {
      boolean open = awaitOuterEnd();
      Processes.Exit end = reap();
      dying.complete(null);
      long deadline = System.nanoTime() + LAST_OUTPUT_MILLIS * 1_000_000L;
      while (open) {
        int left = (int) Math.max(0, (deadline - System.nanoTime()) / 1_000_000);
        open = Descriptors.awaitReadable(left, output) == output && readOutput();
      }
      return new WorkerExit(end.signal(), end.status(), tail.text(), endedOverMemory());
    } catch (SystemCallException e) {
      // Our own descriptors failed us, so we can't know more; the process must not outlive our watch.
      kill();
      return new WorkerExit(Processes.SIGKILL, 0, tail.text() + "[host: " + e.getMessage() + "]");
    }
  }

  /// Reads what there is to read until the outer process has ended.
  ///
  /// @return whether there may be more
  private boolean awaitOuterEnd() throws SystemCallException {
    boolean open = true;
    int death = NONE;
    int looks = 0;
    try {
      while (true) {
        boolean looking = death == NONE && looks < MOST_LOOKS;
        // The output first while there is any, so that none is lost; then the end.
        int seen = Descriptors.awaitReadable(looking ? LOOK_MILLIS : -1, open ? output : NONE, pidfd, death);
        if (seen == output) {
          open = readOutput();
        } else if (seen == pidfd) {
          return open;
        } else if (seen == NONE) {
          looks++;
          death = openDeath();
        } else {
          // The others wait for it, and tell how it ended.
          dying.complete(null);
          closeOwn(death);
          death = NONE;
          looks = MOST_LOOKS;
        }
      }
    } finally {
      if (death != NONE) {
        closeOwn(death);
      }
    }
  }

  private synchronized int openDeath() {
    InnerProcess found = inner();
    return found == null ? NONE : found.openDeath().orElse(NONE);
  }

  /// Reads once.
  ///
  /// @return false at the end
  private boolean readOutput() throws SystemCallException {
    boolean open;
    Consumer<String> listener;
    String text;
    // Does not wait: there is something to read.
    synchronized (tail) {
      open = tail.readFrom(output);
      listener = onOutput;
      text = tail.text();
    }
    if (open) {
      listener.accept(text);
    }
    return open;
  }

  private synchronized boolean endedOverMemory() {
    return overMemory || group.ranOutOfMemory();
  }

  /// Reaps the outer process, which has ended; whoever ended it may have left the inner one behind.
  private synchronized Processes.Exit reap() throws SystemCallException {
    killGroup();
    // An inner process that had left the group already ends by this, as soon as its main runs.
    hangUp();
    reaped = true;
    return Processes.awaitExit(pidfd);
  }

  private synchronized void release() {
    gone = true;
    hangUp();
    if (inner != null) {
      inner.close();
      inner = null;
    }
    closeOwn(pidfd);
    closeOwn(output);
  }

  /// Closes a descriptor that is ours for certain; a failure is then an error in this program.
  static void closeOwn(int descriptor) {
    try {
      Descriptors.close(descriptor);
    } catch (SystemCallException e) {
      throw new IllegalStateException(e);
    }
  }
}
