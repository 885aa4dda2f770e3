package ringfence.sandbox.link;

/// Why a call has no outcome of the callee's.
///
/// @param name of the error: `TimeoutError` or `PeerClosedError`
/// @param delivered of a `PeerClosedError`: `no`, or `unknown` if the peer may have run it; otherwise empty
public record CallFailure(String name, String message, String delivered) {}
