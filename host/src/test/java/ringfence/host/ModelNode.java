package ringfence.host;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import ringfence.host.lifecycle.ExitCause;
import ringfence.host.lifecycle.RestartPolicy;
import ringfence.host.node.NodeState;

/// What the model believes of one service: what commands asked for, and what was heard of it.
final class ModelNode {
  final String name;
  final Optional<String> parent;
  /// The run that it goes with, as `name#incarnation`.
  final Optional<String> owner;
  List<String> imports;
  RestartPolicy restart;
  /// What it becomes once it is closed.
  @Nullable ServiceDefinition next;
  NodeState state = NodeState.CREATED;
  long incarnation;
  @Nullable ExitCause closing;
  boolean wanted;
  boolean spent;
  boolean again;
  boolean doomed;

  ModelNode(
      String name,
      Optional<String> parent,
      Optional<String> owner,
      List<String> imports,
      RestartPolicy restart) {
    this.name = name;
    this.parent = parent;
    this.owner = owner;
    this.imports = imports;
    this.restart = restart;
  }

  /// What commands change, so that a refused one can be taken back.
  record Wish(boolean wanted, boolean spent, boolean again, boolean doomed) {}

  Wish wish() {
    return new Wish(wanted, spent, again, doomed);
  }

  void wish(Wish wish) {
    wanted = wish.wanted;
    spent = wish.spent;
    again = wish.again;
    doomed = wish.doomed;
  }

  void want() {
    wanted = true;
    spent = false;
    again = state == NodeState.CLOSING;
  }

  void unwant() {
    wanted = false;
    again = false;
  }

  boolean isLive() {
    return state.isLive();
  }

  boolean isUp() {
    return state == NodeState.STARTING || state == NodeState.RUNNING;
  }

  /// Its worker is gone.
  ///
  /// @return whether it ended by itself, so that its restart policy decides
  boolean ended(ExitCause cause) {
    boolean byItself = !again && !((closing == null ? cause : closing) instanceof ExitCause.DependencyLost);
    spent = byItself;
    again = false;
    closing = null;
    return byItself;
  }

  @Override
  public String toString() {
    return name + " " + state + "#" + incarnation + " imports " + imports + (wanted ? " wanted" : "")
        + (spent ? " spent" : "") + (again ? " again" : "") + (doomed ? " doomed" : "");
  }
}
