package ringfence.host;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// One thing that a sequence does. The numbers are read modulo what there is, so that each part of a sequence
/// is a sequence too: that is what lets it shrink.
///
/// @param a which node, worker or act
/// @param b a variant: a set of imports, a duration, a way to end
record ModelAction(Kind kind, int a, int b) {

  /// What can be done, and how often it is.
  enum Kind {
    CREATE(10),
    CHILD(3),
    CHILD_OF_RUN(3),
    START_CHILD(5),
    START(12),
    START_REQUIRED(3),
    START_ALL(2),
    CLOSE(7),
    RESTART(4),
    REPLACE(4),
    DESTROY(4),
    DESTROY_WITH_DEPENDANTS(2),
    CLOSE_ALL(1),
    KILL_ALL(1),
    /// A worker does what it should do next.
    ADVANCE(40),
    /// A worker says something, fitting or not.
    SAY(6),
    /// A worker dies.
    DIE(6),
    /// A worker takes no more regions, or the host has no memory for them.
    REFUSE(2),
    /// The manager takes one step.
    STEP(40),
    /// Something that runs elsewhere is done.
    ACT(14),
    /// All steps, and what they lead to.
    SETTLE(12),
    PASS(8);

    private final int weight;

    Kind(int weight) {
      this.weight = weight;
    }
  }

  static List<ModelAction> sequence(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int total = 0;
    for (Kind kind : Kind.values()) {
      total += kind.weight;
    }
    List<ModelAction> actions = new ArrayList<>();
    int nodes = random.nextInt(1, 8);
    for (int i = 0; i < nodes; i++) {
      actions.add(new ModelAction(Kind.CREATE, i, random.nextInt(1 << 16)));
    }
    int length = random.nextInt(10, 60);
    for (int i = 0; i < length; i++) {
      int at = random.nextInt(total);
      for (Kind kind : Kind.values()) {
        at -= kind.weight;
        if (at < 0) {
          actions.add(new ModelAction(kind, random.nextInt(64), random.nextInt(1 << 16)));
          break;
        }
      }
    }
    return actions;
  }
}
