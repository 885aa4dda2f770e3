/// Why a run ended, and what follows.
@NullMarked
package ringfence.host.lifecycle;

import org.jspecify.annotations.NullMarked;
