package ringfence.sandbox.port.ring;

import java.io.IOException;
import ringfence.sandbox.port.Doorbell;

/// The contract between two JVMs the other way round: the near ends and their doorbells are in the other
/// process.
class TwoProcessRingReversedContractIT extends TwoProcessRingContractIT {
  @Override
  protected Ends connect() throws IOException {
    Ends ends = super.connect();
    return new Ends(ends.far(), ends.near());
  }

  @Override
  protected Doorbell openNearDoorbell() {
    return DoorbellOfAnotherProcess.open(caller);
  }
}
