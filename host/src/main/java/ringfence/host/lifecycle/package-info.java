/// The states of a service, the one method that changes them, and why a run ended.
@NullMarked
package ringfence.host.lifecycle;

import org.jspecify.annotations.NullMarked;
