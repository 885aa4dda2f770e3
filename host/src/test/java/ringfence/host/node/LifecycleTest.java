package ringfence.host.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import ringfence.host.lifecycle.ExitCause;
import ringfence.sandbox.protocol.ServiceName;

class LifecycleTest {
  private static final ExitCause CAUSE = new ExitCause.Requested();

  private final List<Transition> heard = new ArrayList<>();
  private final Lifecycle lifecycle =
      new Lifecycle(new ServiceName("a"), InstantSource.fixed(Instant.EPOCH), heard::add);

  @Test
  void tellsEachTransitionOnceWithItsRunAndCause() {
    lifecycle.move(NodeState.STARTING, null);
    lifecycle.move(NodeState.RUNNING, null);
    lifecycle.move(NodeState.CLOSED, CAUSE);
    lifecycle.move(NodeState.STARTING, null);

    assertThat(heard).extracting(Transition::incarnation).containsExactly(1L, 1L, 1L, 2L);
    assertThat(heard.get(2))
        .isEqualTo(
            new Transition(
                new ServiceName("a"),
                1,
                NodeState.RUNNING,
                NodeState.CLOSED,
                Optional.of(CAUSE),
                Instant.EPOCH));
    assertThat(lifecycle.cause()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(NodeState.class)
  void refusesEveryMoveWithoutAnArrow(NodeState from) {
    for (NodeState to : NodeState.values()) {
      Lifecycle there = at(from);
      ExitCause cause = causeOf(to);
      if (from.next().contains(to)) {
        there.move(to, cause);
        assertThat(there.state()).isEqualTo(to);
      } else {
        int before = heard.size();
        assertThatThrownBy(() -> there.move(to, cause))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("service \"a\" can't go from " + from + " to " + to);
        assertThat(there.state()).isEqualTo(from);
        assertThat(heard).hasSize(before);
      }
    }
  }

  @Test
  void closedNeedsACauseAndRunningHasNone() {
    lifecycle.move(NodeState.STARTING, null);

    assertThatThrownBy(() -> lifecycle.move(NodeState.CLOSED, null))
        .hasMessage("service \"a\" can't go to CLOSED with cause null");
    assertThatThrownBy(() -> lifecycle.move(NodeState.RUNNING, CAUSE))
        .isInstanceOf(IllegalStateException.class);
    assertThat(lifecycle.state()).isEqualTo(NodeState.STARTING);
  }

  private Lifecycle at(NodeState state) {
    Lifecycle there =
        new Lifecycle(new ServiceName("a"), InstantSource.fixed(Instant.EPOCH), heard::add);
    List<NodeState> way =
        switch (state) {
          case CREATED -> List.of();
          case STARTING -> List.of(NodeState.STARTING);
          case RUNNING -> List.of(NodeState.STARTING, NodeState.RUNNING);
          case CLOSING -> List.of(NodeState.STARTING, NodeState.CLOSING);
          case CLOSED -> List.of(NodeState.STARTING, NodeState.CLOSED);
          case BACKOFF -> List.of(NodeState.STARTING, NodeState.CLOSED, NodeState.BACKOFF);
          case DESTROYED -> List.of(NodeState.DESTROYED);
        };
    way.forEach(next -> there.move(next, causeOf(next)));
    return there;
  }

  private static @Nullable ExitCause causeOf(NodeState next) {
    return next == NodeState.CLOSED || next == NodeState.BACKOFF ? CAUSE : null;
  }
}
