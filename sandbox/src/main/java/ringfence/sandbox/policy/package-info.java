/// From permissions and limits to settings, in one pure place.
@NullMarked
package ringfence.sandbox.policy;

import org.jspecify.annotations.NullMarked;
