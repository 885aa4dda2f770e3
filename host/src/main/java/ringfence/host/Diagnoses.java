package ringfence.host;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import ringfence.host.diagnosis.CpuProfile;
import ringfence.host.diagnosis.Evaluation;
import ringfence.host.diagnosis.ServiceMemory;
import ringfence.host.node.NodeState;
import ringfence.sandbox.protocol.Answer;
import ringfence.sandbox.protocol.Question;
import ringfence.sandbox.protocol.ServiceName;

/// Asks running services about themselves. Thread-safe: runs are found on the manager's thread, and answers waited for on the
/// caller's.
final class Diagnoses {
  /// From one look of a profile to the next.
  private static final int INTERVAL_MICROS = 1000;

  /// More than a worker needs between two turns, and to write down what it has.
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /// As the worker cuts it, and some words.
  private static final int LONGEST_TEXT = 65 << 10;

  private final Inspections.Asking manager;
  private final Function<ServiceName, ServiceNode> nodes;

  /// @param nodes asked on the manager's thread; throws for an unknown name
  Diagnoses(Inspections.Asking manager, Function<ServiceName, ServiceNode> nodes) {
    this.manager = manager;
    this.nodes = nodes;
  }

  /// As [ServicesManager#profile].
  CpuProfile profile(ServiceName service, Duration time) {
    Question question;
    try {
      question = new Question.Profile(Math.toIntExact(time.toMillis()), INTERVAL_MICROS);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("a profile does not take " + time, e);
    }
    Instant begin = Instant.now();
    Answer answer = ask(run(service), question, time.plus(PATIENCE));
    if (answer instanceof Answer.Profiled profiled) {
      return new CpuProfile(service.value(), begin, profiled.tree());
    }
    throw refusal(service, answer);
  }

  /// As [ServicesManager#evaluate].
  Evaluation evaluate(ServiceName service, String code, Duration timeout) {
    Question question = new Question.Evaluate(code);
    boolean debug = manager.ask(() -> nodes.apply(service).definition().debug());
    if (!debug) {
      throw new ServiceException(
          ErrorCode.DEBUG_NOT_ALLOWED,
          "service \"" + service + "\" lets nobody evaluate code in it; write debug: true in its definition");
    }
    Answer answer = ask(run(service), question, timeout);
    if (answer instanceof Answer.Evaluated evaluated) {
      return new Evaluation(evaluated.threw(), Bounded.text(evaluated.text(), LONGEST_TEXT));
    }
    throw refusal(service, answer);
  }

  /// As [ServicesManager#memory].
  ServiceMemory memory(ServiceName service) {
    ServiceController run = run(service);
    Answer answer = ask(run, new Question.Memory(), PATIENCE);
    if (answer instanceof Answer.Summed summed) {
      return new ServiceMemory(run.memory(), summed.sums());
    }
    throw refusal(service, answer);
  }

  private static ServiceException refusal(ServiceName service, Answer answer) {
    String why = answer instanceof Answer.Refused refused ? refused.why() : "it answers something else";
    return new ServiceException(
        ErrorCode.NOT_ANSWERED, "service \"" + service + "\" can't tell: " + Bounded.text(why, 256));
  }

  private static Answer ask(ServiceController run, Question question, Duration patience) {
    Questions.Open open = run.ask(question);
    try {
      return open.answer().get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new ServiceException(
          ErrorCode.NOT_ANSWERED,
          "service \"%s\" has not answered in %d ms: one turn of it lasts so long, or what it awaits does not come"
              .formatted(run.name(), patience.toMillis()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServiceException(ErrorCode.INTERRUPTED, "the wait was interrupted", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof ServiceException known
          ? new ServiceException(known.code(), String.valueOf(known.getMessage()), known)
          : new IllegalStateException("the answer is lost", e);
    } finally {
      run.forget(open);
    }
  }

  private ServiceController run(ServiceName service) {
    return manager.ask(() -> running(service));
  }

  private ServiceController running(ServiceName service) {
    ServiceNode node = nodes.apply(service);
    if (node.state() != NodeState.RUNNING) {
      throw new ServiceException(
          ErrorCode.NOT_RUNNING,
          "service \"%s\" is %s; start it and ask again".formatted(service, node.state().shown().word()));
    }
    return node.container().run();
  }
}
