package ringfence.host.lifecycle;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import ringfence.sandbox.protocol.ErrorReport;
import ringfence.sandbox.protocol.ServiceName;

/// Why a run ended.
///
/// Texts may hold a guest's words (an error's message): show them, escape them in logs, never interpret them.
public sealed interface ExitCause {

  /// One sentence without a full stop, for example `a dependency, "counter", was lost`.
  String sentence();

  /// Whether the run ended as it should: it was asked to, or had nothing left to do.
  default boolean isNormal() {
    return switch (this) {
      case Requested _, Finished _ -> true;
      case Crashed _,
          LimitExceeded _,
          DependencyLost _,
          Disconnected _,
          Overdue _,
          StartFailed _,
          RestartLimit _ -> false;
    };
  }

  /// Somebody asked for it.
  record Requested() implements ExitCause {
    @Override
    public String sentence() {
      return "it was asked to close";
    }
  }

  /// It had nothing left to do.
  record Finished() implements ExitCause {
    @Override
    public String sentence() {
      return "nothing was left to do";
    }
  }

  /// An uncaught error ended it, or its worker died under it.
  ///
  /// @param detail what happened, in the host's words
  /// @param error the guest's error, if one ended it
  record Crashed(String detail, Optional<ErrorReport> error) implements ExitCause {
    @Override
    public String sentence() {
      return error.map(e -> detail + ": " + e.headline()).orElse(detail);
    }
  }

  /// It used more than it may.
  ///
  /// @param limit the key under `limits`, for example `heap`; or `memory` for that of its whole process, which follows
  ///     from `heap` and has no key
  /// @param bound its value, with unit
  record LimitExceeded(String limit, String bound) implements ExitCause {
    @Override
    public String sentence() {
      return (limit.equals("memory") ? "its process exceeded its memory" : "it exceeded limits." + limit)
          + " (" + bound + ")";
    }
  }

  /// A service that it imports, directly or not, left RUNNING.
  record DependencyLost(ServiceName dependency) implements ExitCause {
    @Override
    public String sentence() {
      return "a dependency, \"" + dependency + "\", was lost";
    }
  }

  /// The connection to its worker broke, or the worker did not keep to the protocol.
  record Disconnected(String detail) implements ExitCause {
    @Override
    public String sentence() {
      return detail;
    }
  }

  /// A phase took too long and its worker was killed.
  record Overdue(Phase phase, Duration limit) implements ExitCause {
    @Override
    public String sentence() {
      return "it took longer than limits.%s (%dms) and was killed"
          .formatted(phase.name().toLowerCase(Locale.ROOT), limit.toMillis());
    }
  }

  /// It never reached RUNNING.
  ///
  /// @param detail what happened, in the host's words
  /// @param error the guest's error, if there was one
  record StartFailed(String detail, Optional<ErrorReport> error) implements ExitCause {
    @Override
    public String sentence() {
      return error.map(e -> detail + ": " + e.headline()).orElse(detail);
    }
  }

  /// It ended once more, after as many restarts as its policy allows.
  ///
  /// @param last why the last run ended; never a RestartLimit
  record RestartLimit(int most, Duration window, ExitCause last) implements ExitCause {
    @Override
    public String sentence() {
      return "it was restarted %d times within %ds of running and is given up: %s"
          .formatted(most, window.toSeconds(), last.sentence());
    }
  }

  /// The part of a life that has a time limit; named as under `limits`.
  enum Phase {
    /// From the start of its worker to the end of its top level; time on the clock.
    START,
    /// One turn of its event loop; CPU time.
    TURN,
    /// From the request to close to the end of its worker; time on the clock.
    CLOSE
  }
}
