package ringfence.sandbox.link;

/// The number of a call, or why there is none.
///
/// @param id from 1; 0 if it was not sent
public record Calling(int id, Sent sent) {}
