package ringfence.sandbox.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import ringfence.sandbox.protocol.CallTree.Node;
import ringfence.sandbox.protocol.CallTree.Place;
import ringfence.sandbox.protocol.CallTree.Sample;

class CallTreeTest {
  private static final List<Place> PLACES = List.of(Place.ROOT);
  private static final Node ROOT = new Node(-1, 0);

  /// Attack: a worker whose profile is a circle, or no tree at all, on which the host's own walk would never end.
  @Test
  void refusesWhatIsNoTree() {
    assertThat(new CallTree(PLACES, List.of(ROOT, new Node(0, 0)), List.of(new Sample(1, 0, 0))).nodes()).hasSize(2);
    assertThatThrownBy(() -> decoded(List.of(ROOT, new Node(2, 0), new Node(1, 0)), List.of()))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessage("node 1 has parent 2; parents come first");
    assertThatThrownBy(() -> decoded(List.of(ROOT, new Node(-1, 0)), List.of())).hasMessageContaining("node 1 has parent -1");
    assertThatThrownBy(() -> decoded(List.of(new Node(0, 0)), List.of())).hasMessageContaining("node 0 has parent 0");
    assertThatThrownBy(() -> decoded(List.of(new Node(-1, 1)), List.of())).hasMessage("node 0 has place 1 of 1");
    assertThatThrownBy(() -> decoded(List.of(), List.of())).hasMessageContaining("from 1 to");
    assertThatThrownBy(() -> decoded(List.of(ROOT), List.of(new Sample(1, 0, 0)))).hasMessageContaining("of 1 nodes none fits");
    assertThatThrownBy(() -> decoded(List.of(ROOT), List.of(new Sample(0, 0, -1)))).hasMessageContaining("of 1 nodes none fits");
  }

  /// Attack: a tree so deep that a walk over it has no stack.
  @Test
  void refusesATreeThatIsTooDeep() {
    List<Node> chain = new ArrayList<>(List.of(ROOT));
    for (int i = 0; i < CallTree.MOST_DEPTH; i++) {
      chain.add(new Node(i, 0));
    }
    assertThat(new CallTree(PLACES, chain, List.of()).nodes()).hasSize(CallTree.MOST_DEPTH + 1);
    chain.add(new Node(CallTree.MOST_DEPTH, 0));
    assertThatThrownBy(() -> decoded(chain, List.of())).hasMessageContaining("is deeper than " + CallTree.MOST_DEPTH);
  }

  /// By hand, since no such tree can be made to be encoded.
  private static ControlEvent decoded(List<Node> nodes, List<Sample> samples) {
    // Version, kind of the event, its id, kind of the answer.
    MessageWriter out = new MessageWriter(1, 15, 64).i64(1).u8(1).u32(PLACES.size());
    PLACES.forEach(place -> out.text(place.function()).text(place.file()).u32(place.line()).u32(place.column()));
    out.u32(nodes.size());
    nodes.forEach(node -> out.u32(node.parent()).u32(node.place()));
    out.u32(samples.size());
    samples.forEach(sample -> out.u32(sample.node()).u32(sample.line()).u32(sample.micros()));
    byte[] bytes = out.toBytes();
    return ControlCodec.decode(bytes, 0, bytes.length);
  }
}
