/// Runs the samples as a user does, through `./ringfence`.
@NullMarked
package ringfence.samples;

import org.jspecify.annotations.NullMarked;
