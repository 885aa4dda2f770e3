/// What the host does for services that ask: the doors in the wall, each behind a decision and a line of the audit log.
///
/// ```
///   guest: readFile("a.txt")
///     -> BrokerLink ==broker port==> ServiceController.call -> RunBrokers       (the worker's thread: never blocks)
///                                      -> Doorkeeper: Permissions.decide, AuditLog line   (a virtual thread)
///                                      -> a broker acts
///     the promise settles <==broker port== BrokerReply, BrokerFailure or BrokerDenied
/// ```
/// Who asks is known from the port that a call came by; nothing in a message says it. What a run holds open is held in
/// its [ringfence.host.broker.Handles] and closed with it.
@NullMarked
package ringfence.host.broker;

import org.jspecify.annotations.NullMarked;
