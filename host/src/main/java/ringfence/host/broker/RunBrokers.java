package ringfence.host.broker;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import ringfence.host.log.LogLine;
import ringfence.host.trace.Tracing;
import ringfence.sandbox.file.FileException;
import ringfence.sandbox.permission.AccessRequest;
import ringfence.sandbox.permission.Decision;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.permission.ListenGrant;
import ringfence.sandbox.protocol.BrokerRequest.CloseHandle;
import ringfence.sandbox.protocol.BrokerRequest.StartThread;
import ringfence.sandbox.protocol.MalformedMessageException;
import ringfence.sandbox.protocol.NetworkRequest;
import ringfence.sandbox.protocol.FileRequest;

/// All that the host does for the code of one run, apart from child services, which are the manager's.
///
/// Each request has a virtual thread of its own, so none waits for another; how many there are is bounded by the calls
/// without an answer. Files have few platform threads of this run instead: a system call on a slow disk would hold a
/// carrier of virtual threads, and with it every other run. Thread-safe.
public final class RunBrokers implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("ringfence.host.broker");

  /// How many acts on files a run has under way at once, as many as libuv has threads; more wait.
  private static final int FILE_THREADS = 4;

  private static final Duration IDLE = Duration.ofSeconds(5);

  private final Doorkeeper door;
  private final Answers answers;
  private final Handles handles;
  private final ExecutorService threads;
  private final NetworkBroker network;
  private final FileBroker files;
  private final ExecutorService fileThreads;

  /// Workers that were let run and have not ended.
  private final AtomicInteger workers = new AtomicInteger();

  public RunBrokers(Doorkeeper door, Limits limits, Answers answers, Tracing tracing) {
    this.door = door;
    this.answers = answers;
    this.handles = new Handles(limits.openFiles());
    this.threads =
        Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("ringfence-broker-" + door.service() + "-", 0).factory());
    this.network = new NetworkBroker(door, limits, handles, answers, threads, NetworkSetup.ofThisMachine(), tracing);
    this.files = new FileBroker(door, limits, handles);
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            FILE_THREADS,
            FILE_THREADS,
            IDLE.toMillis(),
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("ringfence-files-" + door.service() + "-", 0).factory());
    pool.allowCoreThreadTimeOut(true);
    this.fileThreads = pool;
  }

  /// Serves a request on a thread of its own. Never blocks.
  ///
  /// @param id to answer to
  public void serve(long id, CloseHandle request) {
    begin(
        id,
        request,
        () -> {
          handles.close(request.handle());
          answers.reply(id, new byte[0]);
        });
  }

  /// Serves a request on a thread of its own. Never blocks.
  ///
  /// @param id to answer to
  public void serve(long id, NetworkRequest request) {
    begin(id, request, () -> network.serve(id, request));
  }

  /// Serves a request about files on a thread for those. Never blocks.
  ///
  /// @param id to answer to
  public void serve(long id, FileRequest request) {
    begin(fileThreads, id, request, () -> answers.reply(id, files.act(request)));
  }

  /// Lets one more Worker run, or not. Called in the order of the calls, so that an end counts before the start
  /// behind it.
  public void serve(long id, StartThread request) {
    AccessRequest wanted = new AccessRequest.StartThread(workers.get());
    Decision decision = door.permissions().decide(door.service().value(), wanted);
    if (decision instanceof Decision.Granted) {
      workers.incrementAndGet();
    }
    begin(
        id,
        request,
        () -> {
          try {
            door.note(wanted, decision);
          } catch (IOException e) {
            if (decision instanceof Decision.Granted) {
              workers.decrementAndGet();
            }
            throw e;
          }
          switch (decision) {
            case Decision.Granted _ -> answers.reply(id, new byte[0]);
            case Decision.Denied denied -> answers.deny(id, denied);
          }
        });
  }

  /// Takes note that a Worker has ended. Called in the order of the calls.
  ///
  /// @throws MalformedMessageException if none runs
  public void endThread(long id) {
    if (workers.decrementAndGet() < 0) {
      throw new MalformedMessageException("a Worker has ended, but none was let run");
    }
    answers.reply(id, new byte[0]);
  }

  /// Where the run serves HTTP at this moment.
  public List<ListenGrant> listening() {
    return network.listening();
  }

  /// Has a refusal of another's taken down.
  public void note(AccessRequest request, Decision.Denied denied) {
    try {
      threads.execute(
          () -> {
            try {
              door.note(request, denied);
            } catch (IOException e) {
              // Nothing was done that would have to be known of.
              LOG.log(System.Logger.Level.WARNING, "audit-not-written", e);
            }
          });
    } catch (RejectedExecutionException _) {
      // The run has ended.
    }
  }

  /// Has what is granted taken down, and then acts, both on the caller's thread.
  public void noteThen(long id, AccessRequest request, Runnable act) {
    run(
        id,
        request,
        () -> {
          door.note(request, new Decision.Granted());
          act.run();
        });
  }

  /// What a request leads to.
  private interface Act {
    void run() throws IOException;
  }

  private void begin(long id, Object request, Act act) {
    begin(threads, id, request, act);
  }

  private void begin(ExecutorService on, long id, Object request, Act act) {
    try {
      on.execute(() -> run(id, request, act));
    } catch (RejectedExecutionException _) {
      // The run has ended, and nobody waits for the answer.
    }
  }

  private void run(long id, Object request, Act act) {
    try {
      act.run();
    } catch (FileBroker.DeniedException e) {
      answers.deny(id, e.denied());
    } catch (FileException e) {
      answers.fail(id, "Error", e.code(), String.valueOf(e.getMessage()));
    } catch (Handles.FullException e) {
      answers.fail(id, "Error", "EMFILE", "EMFILE: " + e.getMessage());
    } catch (AuditException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          new LogLine("audit-not-written")
              .with("service", door.service())
              .with("request", request.getClass().getSimpleName())
              .with("why", String.valueOf(e.getMessage()))
              .toString());
      answers.fail(id, "Error", "EIO", "EIO: the host can't write this down in its audit log, so it was not done");
    } catch (IOException | RuntimeException | LinkageError e) {
      // A LinkageError: the C library of another system lacks a call.
      if (threads.isShutdown()) {
        // Nobody waits for the answer, and what failed may be the end itself.
        return;
      }
      // Its words may name what is the host's.
      LOG.log(
          System.Logger.Level.WARNING,
          new LogLine("broker-failed")
              .with("service", door.service())
              .with("request", request.getClass().getSimpleName())
              .toString(),
          e);
      answers.fail(id, "Error", "EIO", "EIO: the host failed to do this");
    }
  }

  /// Ends all that is under way and lets go of all that is open. Does not wait for either.
  @Override
  public void close() {
    threads.shutdownNow();
    network.close();
    fileThreads.shutdownNow();
    if (handles.size() == 0) {
      handles.close();
    } else {
      // Elsewhere: a file that won't close must not hold up the worker's end.
      Thread.ofVirtual().name("ringfence-broker-close").start(handles::close);
    }
  }
}
