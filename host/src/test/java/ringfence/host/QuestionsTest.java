package ringfence.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import ringfence.sandbox.protocol.Answer;
import ringfence.sandbox.protocol.ControlEvent.Answered;
import ringfence.sandbox.protocol.MalformedMessageException;
import ringfence.sandbox.protocol.Question;
import ringfence.sandbox.protocol.ServiceName;

class QuestionsTest {
  private static final Question QUESTION = new Question.Profile(1, 1000);
  private static final Answer ANSWER = new Answer.Refused("not now");

  private final Questions questions = new Questions(new ServiceName("page"));

  /// Attack: a worker that answers what nobody asked.
  @Test
  void takesAnswersToItsQuestionsOnly() {
    Questions.Open open = questions.ask(QUESTION);

    assertThatThrownBy(() -> questions.answered(new Answered(open.event().id() + 1, ANSWER)))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessage("it answers question 2, which nobody asked");
    questions.answered(new Answered(open.event().id(), ANSWER));
    assertThat(open.answer()).isCompletedWithValue(ANSWER);

    Questions.Open forgotten = questions.ask(QUESTION);
    questions.forget(forgotten);
    questions.answered(new Answered(forgotten.event().id(), ANSWER));
    assertThat(forgotten.answer()).isNotDone();
  }

  @Test
  void failsWhatIsUnansweredWhenTheRunEnds() {
    Questions.Open open = questions.ask(QUESTION);
    questions.end();
    assertThat(open.answer())
        .isCompletedExceptionally()
        .failsWithin(0, java.util.concurrent.TimeUnit.SECONDS)
        .withThrowableThat()
        .withMessageContaining("service \"page\" has ended; start it and ask again");
    assertThatThrownBy(() -> questions.ask(QUESTION)).isInstanceOf(ServiceException.class);
  }

  /// A service that does not answer must not fill the host.
  @Test
  void asksAWorkerThatDoesNotAnswerNoMore() {
    for (int i = 0; i < 16; i++) {
      assertThat(questions.ask(QUESTION).answer()).isNotDone();
    }
    assertThatThrownBy(() -> questions.ask(QUESTION)).hasMessageContaining("has not answered the last 16 questions");
  }
}
