/// What a service and its peers say to each other.
///
/// ```
///   guest: counter.increment(2)
///     -> GuestCalls.call -> PendingCalls (number, deadline) -> ServiceLink (outbox) -> port
///   port -> Links -> ServiceTraffic -> Guest.serve (exported function) -> GuestCalls.answer -> port
///   port -> Links -> ServiceTraffic -> PendingCalls -> Guest.resolveCall: the promise settles
/// ```
/// A peer is hostile: what it sends that makes no sense ends its own link, and nothing else.
@NullMarked
package ringfence.jsruntime.service;

import org.jspecify.annotations.NullMarked;
