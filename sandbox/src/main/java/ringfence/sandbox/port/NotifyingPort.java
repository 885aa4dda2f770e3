package ringfence.sandbox.port;

import org.jspecify.annotations.Nullable;

/// A port that calls back when something happens, for doorbells that can't sleep on the port itself.
///
/// Callbacks come from any thread; they must be short and must not call the port. Each port has at most one
/// listener of each kind.
public interface NotifyingPort extends ConnectionPort {

  /// Calls `listener` after each arrival and at the port's end, until another one takes its place.
  ///
  /// @param listener null for none
  void onArrival(@Nullable Runnable listener);

  /// Calls `listener` once when an offer that was refused may succeed now or the port has ended; at once if
  /// that is so already.
  void onRoom(Runnable listener);
}
