package ringfence.host.cli;

import ringfence.host.lifecycle.ExitCause;

/// What the command line ends with.
final class ExitStatus {
  /// The service, or every service, ended as it should.
  static final int OK = 0;

  /// A service threw and nobody caught it, or it could not start.
  static final int FAILED = 1;

  /// The command line or the manifest can't be used; nothing was started.
  static final int USAGE = 2;

  /// A limit ended the service.
  static final int LIMIT = 3;

  /// This machine lacks something that the command needs, or no host answers (EX_UNAVAILABLE of sysexits.h).
  static final int UNAVAILABLE = 69;

  /// The host wants a token, or does not let in who asks (EX_NOPERM of sysexits.h).
  static final int NOT_PERMITTED = 77;

  /// Ctrl-C: 128 + SIGINT, as shells report it.
  static final int INTERRUPTED = 130;

  /// Nobody reads the output any more: 128 + SIGPIPE, as shells report it.
  static final int BROKEN_PIPE = 141;

  private ExitStatus() {}

  /// What a command ends with whose service ended so.
  static int of(ExitCause cause) {
    return switch (cause) {
      case ExitCause.Requested _, ExitCause.Finished _ -> OK;
      case ExitCause.LimitExceeded _ -> LIMIT;
      case ExitCause.Overdue(ExitCause.Phase phase, _) when phase == ExitCause.Phase.TURN -> LIMIT;
      case ExitCause.RestartLimit limit -> of(limit.last());
      case ExitCause.Crashed _,
          ExitCause.StartFailed _,
          ExitCause.DependencyLost _,
          ExitCause.Disconnected _,
          ExitCause.Overdue _ ->
          FAILED;
    };
  }
}
