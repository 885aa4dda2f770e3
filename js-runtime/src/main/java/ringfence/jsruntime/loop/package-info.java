/// The event loop: the only thread that enters the guest's context, and what it waits for.
@NullMarked
package ringfence.jsruntime.loop;

import org.jspecify.annotations.NullMarked;
