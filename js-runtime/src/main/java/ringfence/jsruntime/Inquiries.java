package ringfence.jsruntime;

import org.graalvm.polyglot.Engine;
import org.jspecify.annotations.Nullable;
import ringfence.jsruntime.context.Guest;
import ringfence.jsruntime.loop.Turns;
import ringfence.jsruntime.observer.ModuleScope;
import ringfence.jsruntime.observer.Sampler;
import ringfence.sandbox.protocol.Answer;
import ringfence.sandbox.protocol.ControlEvent.Answered;
import ringfence.sandbox.protocol.ControlEvent.Asked;
import ringfence.sandbox.protocol.Question;

/// Answers what people want to know of the service. Belongs to the loop's thread.
final class Inquiries {
  private final ControlLink control;
  private final Sampler sampler;
  private final HeapCensus census = new HeapCensus();
  private @Nullable ModuleScope scope;

  /// @param turns of the loop
  Inquiries(ControlLink control, Turns turns) {
    this.control = control;
    this.sampler = new Sampler(turns);
  }

  /// Has code evaluated from now on, once a module runs.
  ///
  /// @param engine that it will run in
  void evaluateIn(String module, Engine engine) {
    ModuleScope own = ModuleScope.of(engine);
    own.await(module);
    scope = own;
  }

  /// Answers, now or later.
  ///
  /// @param engine that the service runs in
  /// @param guest its context; null if it has none yet
  void take(Asked asked, Engine engine, @Nullable Guest guest) {
    switch (asked.question()) {
      case Question.Profile question -> sampler.take(engine, question, answer -> tell(asked.id(), answer));
      case Question.Memory _ -> census.take(answer -> tell(asked.id(), answer));
      case Question.Evaluate question -> evaluate(asked.id(), question, guest);
    }
  }

  private void evaluate(long id, Question.Evaluate question, @Nullable Guest guest) {
    ModuleScope own = scope;
    if (guest == null || own == null || !own.isThere()) {
      tell(id, new Answer.Refused("its worker evaluates nothing"));
    } else {
      guest.evaluate(own, question.code(), (threw, text) -> tell(id, new Answer.Evaluated(threw, text)));
    }
  }

  private void tell(long id, Answer answer) {
    // Where the run is over, nobody waits any more.
    boolean _ = control.send(new Answered(id, answer));
  }
}
