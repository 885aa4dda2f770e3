package ringfence.sandbox.launch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.os.Descriptors;
import ringfence.sandbox.os.PosixSpawn;
import ringfence.sandbox.os.Processes;

/// Starts processes and owns those that live.
///
/// One thread does every start and lives as long as the spawner: the kernel ties die-with-parent
/// (PR_SET_PDEATHSIG) to the **thread** that started a child, so a child started by a thread of some
/// pool would die with that thread.
final class Spawner implements AutoCloseable {
  /// Above every number that a child gets, so that no copy overwrites the source of a later one.
  private static final int LOWEST_SOURCE = 10;

  /// Where the program finds the filter: right above the other three, so that no gap is left in which a
  /// descriptor that the host inherited could slip through.
  static final int FILTER_DESCRIPTOR = 3;

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("ringfence-spawner").factory());
  private final Set<SpawnedWorker> living = ConcurrentHashMap.newKeySet();
  private boolean closed; // guarded by this

  /// Starts a program. It gets a command socket as 0, a pipe to the host as 1 and 2, and nothing else
  /// but the filter.
  ///
  /// @param filter what the program reads from [#FILTER_DESCRIPTOR] up to its end; null for none
  /// @param group that the program enters before anything else
  /// @param whenGone runs once when the process is reaped, before its exit is told; not if this throws
  /// @param afterwards runs once after its exit was told, and may take its time; not if this throws
  /// @throws LaunchException if the program could not be started; nothing is left of it
  SpawnedWorker spawn(
      List<String> command,
      Map<String, String> environment,
      byte @Nullable [] filter,
      WorkerGroup group,
      Runnable whenGone,
      Runnable afterwards)
      throws LaunchException {
    List<String> inGroup = group.command(command);
    CompletableFuture<SpawnedWorker> started;
    synchronized (this) {
      if (closed) {
        throw new LaunchException("could not start " + command.getFirst() + ": launcher is closed");
      }
      started =
          CompletableFuture.supplyAsync(
              () -> spawnHere(inGroup, environment, filter, group, whenGone, afterwards), thread);
    }
    try {
      // Not interruptible: an interrupted caller would leave a process that nobody knows.
      return started.join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause();
      throw new LaunchException(
          "could not start " + command.getFirst() + ": " + (cause == null ? e : cause).getMessage(), e);
    }
  }

  private SpawnedWorker spawnHere(
      List<String> command,
      Map<String, String> environment,
      byte @Nullable [] filter,
      WorkerGroup group,
      Runnable whenGone,
      Runnable afterwards) {
    List<Integer> ours = new ArrayList<>();
    List<Integer> theirs = new ArrayList<>();
    try {
      Descriptors.Pair sockets = Descriptors.socketPair();
      ours.add(sockets.first());
      theirs.add(sockets.second());
      Descriptors.Pair output = Descriptors.pipe();
      ours.add(output.first());
      theirs.add(output.second());
      Map<Integer, Integer> sources = new HashMap<>();
      sources.put(0, raised(sockets.second(), theirs));
      int sink = raised(output.second(), theirs);
      sources.put(1, sink);
      sources.put(2, sink);
      if (filter != null) {
        Descriptors.Pair program = Descriptors.pipe();
        theirs.addAll(List.of(program.first(), program.second()));
        // Far below what a pipe holds, so it does not wait for a reader.
        Descriptors.write(program.second(), filter);
        sources.put(FILTER_DESCRIPTOR, raised(program.first(), theirs));
      }
      int pid = PosixSpawn.spawn(command, environment, sources);
      int pidfd;
      try {
        pidfd = Processes.pidfdOpen(pid);
      } catch (IOException | RuntimeException e) {
        Processes.killAndReap(pid);
        throw e;
      }
      SpawnedWorker worker =
          new SpawnedWorker(pid, pidfd, sockets.first(), output.first(), group);
      living.add(worker);
      try {
        worker.watch(
            () -> {
              living.remove(worker);
              whenGone.run();
            },
            afterwards);
      } catch (OutOfMemoryError e) {
        // No thread to watch it by, so nobody would ever hear of its end.
        living.remove(worker);
        theirs.add(pidfd);
        Processes.killAndReap(pid);
        throw new IOException("this process got no thread to watch it by: " + e.getMessage(), e);
      }
      ours.clear();
      return worker;
    } catch (IOException e) {
      throw new CompletionException(e);
    } finally {
      closeAll(theirs);
      closeAll(ours);
    }
  }

  /// Kills all that lives, waits until it is reaped, and ends the thread.
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    // After the last start that was accepted has run.
    CompletableFuture.runAsync(() -> {}, thread).join();
    List<SpawnedWorker> last = List.copyOf(living);
    last.forEach(SpawnedWorker::kill);
    last.forEach(worker -> worker.exit().join());
    thread.close();
  }

  private static int raised(int descriptor, List<Integer> closeLater) throws IOException {
    int copy = Descriptors.duplicate(descriptor, LOWEST_SOURCE);
    closeLater.add(copy);
    return copy;
  }

  private static void closeAll(List<Integer> descriptors) {
    for (int descriptor : descriptors) {
      SpawnedWorker.closeOwn(descriptor);
    }
  }
}
