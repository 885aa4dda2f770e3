package ringfence.host.broker;

import ringfence.sandbox.permission.Decision;

/// Takes the one answer to each call of a run. Any thread; what comes after the run's end is dropped.
public interface Answers {
  /// It is done.
  ///
  /// @param value in the form that the request names; empty if there is nothing to say
  void reply(long id, byte[] value);

  /// It was allowed and failed.
  ///
  /// @param name of the error that the guest gets
  /// @param code of the error, such as `ENOENT`; empty if it has none
  /// @param message for the guest: only what it asked for, no path or class of the host
  void fail(long id, String name, String code, String message);

  /// The service may not do this.
  void deny(long id, Decision.Denied denied);
}
