/// How fast a service computes, beside Node: a dozen small programs, `programs.js`, the same file in both.
@NullMarked
package ringfence.benchmarks.compute;

import org.jspecify.annotations.NullMarked;
