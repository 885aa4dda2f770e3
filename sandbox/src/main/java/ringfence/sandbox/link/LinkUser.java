package ringfence.sandbox.link;

import ringfence.sandbox.protocol.CancelCause;
import ringfence.sandbox.protocol.ServiceName;

/// Who calls, serves and listens over the links of one [LinkEndpoint]. Called on the endpoint's thread.
///
/// Values are bytes of a hostile peer. Where a method gives a boolean, false says that the bytes are no value, or no
/// value for that place; the link ends then. All methods may use the endpoint.
public interface LinkUser {

  // ---- of services that are imported

  /// A call has returned.
  boolean returned(int call, byte[] value, StreamBlock streams);

  /// A call has thrown.
  boolean threw(int call, byte[] error);

  /// A call has no outcome.
  void failed(int call, CallFailure failure);

  /// An import has emitted something.
  boolean event(ServiceName peer, String name, byte[] arguments);

  /// Events of an import were dropped.
  ///
  /// @param lost how many, from 1
  void gap(ServiceName peer, long lost);

  /// An import sends no events any more, since they were not taken fast enough.
  void unsubscribed(ServiceName peer);

  /// An import can be reached from now on, or not any more.
  void connected(ServiceName peer, boolean connected);

  // ---- of services that import this one

  /// A dependant calls; [LinkEndpoint#answer] answers.
  ///
  /// @param key names the call, unique until it is answered, from 1
  /// @param caller as the host knows it
  /// @param timeoutMillis how long the caller waits, from 1
  boolean serve(
      int key,
      ServiceName caller,
      String function,
      byte[] arguments,
      long timeoutMillis,
      StreamBlock streams);

  /// Nobody waits for the answer any more. It is given all the same, unless the peer is gone.
  void cancelled(int key, CancelCause cause);

  /// An emit that had to wait has found room.
  ///
  /// @param complete whether no importer has lost the event
  void emitted(int wait, boolean complete);

  // ---- of streams

  /// An item has come in.
  ///
  /// @param brought the streams that it holds
  boolean item(int stream, byte[] value, StreamBlock brought);

  /// A stream that comes in has ended. Its key is free.
  ///
  /// @param fine false if it broke
  /// @param value what it returned, or the error
  boolean ended(int stream, boolean fine, byte[] value);

  /// A stream has lost its other end, or the item that was to bring it is not sent any more. Its key is free.
  void lost(int stream, String why);

  /// A stream that goes out has room for more.
  void resumed(int stream);

  /// The other end of a stream that goes out wants no more. Its key is free.
  boolean stopped(int stream, byte[] reason);
}
