/// How fast workers start, and what they take: cold, warm, and at rest.
@NullMarked
package ringfence.benchmarks.workers;

import org.jspecify.annotations.NullMarked;
