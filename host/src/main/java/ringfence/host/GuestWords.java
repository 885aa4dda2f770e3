package ringfence.host;

import ringfence.host.lifecycle.ExitCause;

/// Why a run ended, in words that another service may read: nothing of the host's paths and insides.
final class GuestWords {
  private GuestWords() {}

  static String of(ExitCause cause) {
    return switch (cause) {
      case ExitCause.Requested _,
          ExitCause.Finished _,
          ExitCause.LimitExceeded _,
          ExitCause.DependencyLost _,
          ExitCause.Overdue _ ->
          cause.sentence();
      // Without an error of the guest's the detail is the host's, with what its launcher and the JVM said.
      case ExitCause.Crashed e ->
          e.error().isPresent() ? e.sentence() : "its worker died";
      case ExitCause.StartFailed e ->
          e.error().isPresent() ? e.sentence() : "its worker could not be started";
      case ExitCause.Disconnected _ -> "the connection to its worker broke";
      case ExitCause.RestartLimit e ->
          "it was restarted %d times within %ds of running and is given up: %s"
              .formatted(e.most(), e.window().toSeconds(), of(e.last()));
    };
  }
}
