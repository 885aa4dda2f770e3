package ringfence.sandbox.protocol;

import java.util.ArrayList;
import java.util.List;
import ringfence.sandbox.protocol.Answer.Evaluated;
import ringfence.sandbox.protocol.Answer.Profiled;
import ringfence.sandbox.protocol.Answer.Refused;
import ringfence.sandbox.protocol.Answer.Summed;
import ringfence.sandbox.protocol.CallTree.Node;
import ringfence.sandbox.protocol.CallTree.Place;
import ringfence.sandbox.protocol.CallTree.Sample;
import ringfence.sandbox.protocol.Question.Evaluate;
import ringfence.sandbox.protocol.Question.Memory;
import ringfence.sandbox.protocol.Question.Profile;

/// The bytes of a [Question] and of an [Answer] within a control event: a kind u8, and then its fields.
final class QuestionCodec {
  private static final int PROFILE = 1;
  private static final int EVALUATE = 2;
  private static final int MEMORY = 3;
  private static final int REFUSED = 0;

  private QuestionCodec() {}

  static void write(MessageWriter out, Question question) {
    switch (question) {
      case Profile q -> out.u8(PROFILE).u32(q.millis()).u32(q.intervalMicros());
      case Evaluate q -> out.u8(EVALUATE).text(q.code());
      case Memory _ -> out.u8(MEMORY);
    }
  }

  static Question readQuestion(MessageReader in) {
    int kind = in.u8("question");
    try {
      return switch (kind) {
        case PROFILE -> new Profile(in.u32("time"), in.u32("interval"));
        case EVALUATE -> new Evaluate(in.text("code"));
        case MEMORY -> new Memory();
        default -> throw new MalformedMessageException("no question has kind " + kind);
      };
    } catch (IllegalArgumentException e) {
      throw new MalformedMessageException(String.valueOf(e.getMessage()));
    }
  }

  static void write(MessageWriter out, Answer answer) {
    switch (answer) {
      case Profiled a -> tree(out.u8(PROFILE), a.tree());
      case Summed a -> HeapSums.write(out.u8(MEMORY), a.sums());
      case Evaluated a -> out.u8(EVALUATE).flag(a.threw()).text(a.text());
      case Refused a -> out.u8(REFUSED).text(a.why());
    }
  }

  /// @throws MalformedMessageException also for values that fit no answer
  static Answer readAnswer(MessageReader in) {
    int kind = in.u8("answer");
    try {
      return switch (kind) {
        case PROFILE -> new Profiled(tree(in));
        case MEMORY -> new Summed(HeapSums.read(in));
        case EVALUATE -> new Evaluated(in.flag("threw"), in.text("text"));
        case REFUSED -> new Refused(in.text("reason"));
        default -> throw new MalformedMessageException("no answer has kind " + kind);
      };
    } catch (IllegalArgumentException e) {
      throw new MalformedMessageException(String.valueOf(e.getMessage()));
    }
  }

  private static void tree(MessageWriter out, CallTree tree) {
    out.u32(tree.places().size());
    for (Place place : tree.places()) {
      out.text(place.function()).text(place.file()).u32(place.line()).u32(place.column());
    }
    out.u32(tree.nodes().size());
    for (Node node : tree.nodes()) {
      out.u32(node.parent()).u32(node.place());
    }
    out.u32(tree.samples().size());
    for (Sample sample : tree.samples()) {
      out.u32(sample.node()).u32(sample.line()).u32(sample.micros());
    }
  }

  private static CallTree tree(MessageReader in) {
    List<Place> places = new ArrayList<>();
    for (int left = in.count("places", 16); left > 0; left--) {
      places.add(new Place(in.text("function"), in.text("file"), in.u32("line"), in.u32("column")));
    }
    List<Node> nodes = new ArrayList<>();
    for (int left = in.count("nodes", 8); left > 0; left--) {
      nodes.add(new Node(in.u32("parent"), in.u32("place")));
    }
    List<Sample> samples = new ArrayList<>();
    for (int left = in.count("samples", 12); left > 0; left--) {
      samples.add(new Sample(in.u32("node"), in.u32("line"), in.u32("time")));
    }
    return new CallTree(places, nodes, samples);
  }
}
