package ringfence.sandbox.protocol;

/// What two services tell each other on a link. Payloads are opaque here: the runtime encodes them.
///
/// ```
///   importer                      exporter
///     Request(id) ------------------>
///     <--------- Response(id) or Failure(id)
///     <------------------------------ Event
///     <------------------------------ Gap      after events that had no room
/// ```
// Messages are passed on, never compared; a copy of each payload would cost more than it protects.
@SuppressWarnings("ArrayRecordComponent")
public sealed interface ServiceMessage {

  /// Calls an exported function.
  ///
  /// @param id chosen by the importer, unique on the link, from 1
  /// @param timeoutMillis how much longer the caller waits
  /// @param function the exported name
  /// @param arguments an encoded array
  record Request(long id, long timeoutMillis, String function, byte[] arguments)
      implements ServiceMessage {}

  /// The call has returned.
  ///
  /// @param value the encoded result
  record Response(long id, byte[] value) implements ServiceMessage {}

  /// The call has thrown.
  ///
  /// @param error the encoded error
  record Failure(long id, byte[] error) implements ServiceMessage {}

  /// Something that the exporter emitted.
  ///
  /// @param arguments an encoded array
  record Event(String name, byte[] arguments) implements ServiceMessage {}

  /// Events were dropped.
  ///
  /// @param lost how many events were dropped just before this message, from 1
  record Gap(long lost) implements ServiceMessage {}
}
