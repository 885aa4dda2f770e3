/// The form of the host's own log: one event a line, `k=v`, nothing of a guest unescaped. And that of guests' errors in the
/// logs of their services.
@NullMarked
package ringfence.host.log;

import org.jspecify.annotations.NullMarked;
