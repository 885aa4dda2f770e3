/// What a service and its peers say to each other, for any user of links: a JavaScript context or Java code.
///
/// ```
///   user: counter.increment(2)
///     -> LinkEndpoint.call -> PendingCalls (number, deadline) -> Link (Outbox) -> port
///   port -> Links -> LinkEndpoint -> LinkUser.serve -> LinkEndpoint.answer -> Outbox -> port
///   port -> Links -> LinkEndpoint -> PendingCalls -> LinkUser.returned: the promise settles
/// ```
/// A peer is hostile: what it sends that makes no sense ends its own link, and nothing else. Reading never waits
/// for writing, so two full rings can't block each other; what waits for room is bounded by kind:
///
/// | kind | bound | beyond it |
/// |---|---|---|
/// | requests | `MOST_CALLS` without an answer, bytes | the call fails with `BackpressureError` |
/// | answers, cancels | one for each request, which keeps its place until they have left | the peer breaks the rules |
/// | large answers | bytes | a small error in their place |
/// | events | the importer's limit, and bytes | the importer's [ringfence.sandbox.protocol.EventPolicy] |
/// | stream items | the sink's credit | the source waits |
/// | streams and ports | `MOST_STREAMS` opened by one end of a link | what would bring one more is not sent |
///
/// It knows no encoding of values, owns no thread, and never blocks.
@NullMarked
package ringfence.sandbox.link;

import org.jspecify.annotations.NullMarked;
