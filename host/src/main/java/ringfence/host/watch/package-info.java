/// What a host remembers for those who watch it. Pure data, within bounds that guests can't move; it decides nothing.
@NullMarked
package ringfence.host.watch;

import org.jspecify.annotations.NullMarked;
