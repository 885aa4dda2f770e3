package ringfence.sandbox.policy;

/// What is set up for one run: the guest's switches and its process's walls.
public record SandboxPlan(GuestPolicy guest, ProcessPolicy process) {}
