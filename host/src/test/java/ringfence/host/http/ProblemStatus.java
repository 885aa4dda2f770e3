package ringfence.host.http;

import ringfence.host.ErrorCode;
import ringfence.host.ServiceException;

/// With which status the API tells of a refusal.
public final class ProblemStatus {
  private ProblemStatus() {}

  public static int of(ErrorCode code) {
    return Problem.of(new ServiceException(code, "for its status")).status();
  }
}
