/// What only real workers show about how they are launched; beside the package that the launcher keeps to itself.
@NullMarked
package ringfence.sandbox.launch;

import org.jspecify.annotations.NullMarked;
