/// The form of the host's own log: one event a line, `k=v`, nothing of a guest unescaped.
@NullMarked
package ringfence.host.log;

import org.jspecify.annotations.NullMarked;
