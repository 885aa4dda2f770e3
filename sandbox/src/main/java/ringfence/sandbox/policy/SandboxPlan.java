package ringfence.sandbox.policy;

import java.util.List;

/// What is set up for one run: the guest's switches, its process's walls, and what enforces each wall.
///
/// @param walls each once, in the order of [Wall.Kind]; those that are required all stand
public record SandboxPlan(GuestPolicy guest, ProcessPolicy process, List<Wall> walls) {
  public SandboxPlan {
    walls = List.copyOf(walls);
  }
}
