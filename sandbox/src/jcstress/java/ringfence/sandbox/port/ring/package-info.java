/// What two threads may see of a ring, on every order that the machine comes up with: `mvn -Pjcstress`, as the
/// README tells. Threads stand in for processes: memory does not know the difference.
@NullMarked
package ringfence.sandbox.port.ring;

import org.jspecify.annotations.NullMarked;
