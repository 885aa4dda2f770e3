/// The way of a debugger into one service: a WebSocket on loopback, and what joins it to the run at hand.
///
/// ```
///   DevTools -- ws://127.0.0.1:PORT/TOKEN --> InspectorServer --> Inspector --> Worker, inspector port --> the engine
/// ```
/// Messages of the DevTools protocol pass as they are. Understood is only what decides how long the service may take, and
/// added is what the service writes, which goes another way.
@NullMarked
package ringfence.host.inspect;

import org.jspecify.annotations.NullMarked;
