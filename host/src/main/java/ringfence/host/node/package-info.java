/// The states that a service goes through, the one method that changes them, and how often it is restarted.
@NullMarked
package ringfence.host.node;

import org.jspecify.annotations.NullMarked;
