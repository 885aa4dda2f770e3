/// The HTTP API of a long-running host, under `/api`.
///
/// ```
///   client -> Jetty: head -> Gate: Host, Origin, token, content type -> Routes -> KeptServices -> ServicesManager
///                              '-- 403, 401, 415                          '-- Problem: 4xx, 5xx as problem+json
/// ```
/// Each request has a virtual thread of its own, which blocks. Who passes the gate may do what the host's user may: it
/// grants services any folder and any address. Nothing of the host's own failures is told but that there was one.
@NullMarked
package ringfence.host.http;

import org.jspecify.annotations.NullMarked;
