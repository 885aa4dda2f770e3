/// Questions with numbers for answers. Each class runs its rival in the same run, since absolute figures
/// of one machine mean little a minute later.
@NullMarked
package ringfence.benchmarks;

import org.jspecify.annotations.NullMarked;
