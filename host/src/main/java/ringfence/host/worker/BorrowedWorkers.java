package ringfence.host.worker;

import ringfence.sandbox.policy.ProcessPolicy;

/// Workers of another's, for one that does not end them all.
///
/// @param owner closed by whoever has made it
public record BorrowedWorkers(WorkerFactory owner) implements WorkerFactory {
  @Override
  public Worker start(String label, ProcessPolicy policy, WorkerListener listener) {
    return owner.start(label, policy, listener);
  }

  @Override
  public void close() {
    // Each of the borrower's has been closed by its own service.
  }
}
