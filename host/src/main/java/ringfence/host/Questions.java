package ringfence.host;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import ringfence.sandbox.protocol.Answer;
import ringfence.sandbox.protocol.ControlEvent.Answered;
import ringfence.sandbox.protocol.ControlEvent.Asked;
import ringfence.sandbox.protocol.MalformedMessageException;
import ringfence.sandbox.protocol.Question;
import ringfence.sandbox.protocol.ServiceName;

/// The questions to one run that have no answer yet. Thread-safe.
final class Questions {
  /// People ask them, one by one.
  private static final int MOST = 16;

  private final ServiceName service;

  // All guarded by this.
  private final Map<Long, Waiting> waiting = new HashMap<>();
  private long last;
  private boolean over;

  Questions(ServiceName service) {
    this.service = service;
  }

  private record Waiting(Question question, CompletableFuture<Answer> answer) {}

  /// A question that is about to be sent.
  ///
  /// @param answer fails with a [ServiceException] when the run ends first
  record Open(Asked event, CompletableFuture<Answer> answer) {}

  /// Takes note of a question.
  synchronized Open ask(Question question) {
    if (over) {
      throw ended();
    }
    if (waiting.size() >= MOST) {
      throw new ServiceException(
          ErrorCode.NOT_ANSWERED,
          "service \"" + service + "\" has not answered the last " + MOST + " questions; wait, or restart it");
    }
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    last++;
    waiting.put(last, new Waiting(question, answer));
    return new Open(new Asked(last, question), answer);
  }

  /// Nobody waits for the answer any more.
  synchronized void forget(Open question) {
    waiting.remove(question.event().id());
  }

  /// The worker has answered. Does nothing if nobody waits any more.
  ///
  /// @throws MalformedMessageException if it was not asked that
  void answered(Answered said) {
    Waiting asked;
    synchronized (this) {
      if (said.id() < 1 || said.id() > last) {
        throw new MalformedMessageException("it answers question " + said.id() + ", which nobody asked");
      }
      asked = waiting.remove(said.id());
    }
    if (asked == null) {
      return;
    }
    boolean fits =
        switch (said.answer()) {
          case Answer.Profiled _ -> asked.question() instanceof Question.Profile;
          case Answer.Summed _ -> asked.question() instanceof Question.Memory;
          case Answer.Evaluated _ -> asked.question() instanceof Question.Evaluate;
          case Answer.Refused _ -> true;
        };
    if (!fits) {
      throw new MalformedMessageException(
          said.answer().getClass().getSimpleName() + " is no answer to " + asked.question().getClass().getSimpleName());
    }
    asked.answer().complete(said.answer());
  }

  /// The run has ended.
  void end() {
    Map<Long, Waiting> left;
    synchronized (this) {
      over = true;
      left = Map.copyOf(waiting);
      waiting.clear();
    }
    left.values().forEach(asked -> asked.answer().completeExceptionally(ended()));
  }

  private ServiceException ended() {
    return new ServiceException(ErrorCode.NOT_RUNNING, "service \"" + service + "\" has ended; start it and ask again");
  }
}
