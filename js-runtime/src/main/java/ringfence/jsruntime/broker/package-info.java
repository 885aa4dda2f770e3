/// What a service asks of the host: calls over the broker port, each answered once, and what the host tells unasked.
///
/// ```
///   service.create({...}) -> GuestCalls.ask -> BrokerLink ==ring==> host, which decides
///   the promise settles   <- Guest          <- BrokerLink <==ring== BrokerReply
/// ```
/// Nothing is decided here: a worker that is taken over can ask for everything and gets what its service may have.
@NullMarked
package ringfence.jsruntime.broker;

import org.jspecify.annotations.NullMarked;
