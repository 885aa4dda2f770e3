/// The messages of the control port and of links, and their bytes.
@NullMarked
package ringfence.sandbox.protocol;

import org.jspecify.annotations.NullMarked;
