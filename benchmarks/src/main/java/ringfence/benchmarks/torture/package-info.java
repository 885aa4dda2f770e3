/// `./ringfence torture`: faults are injected into the real thing, and counted.
///
/// ```
///   TortureCommand --> Ordeal, one kind of fault --> Tally --> Row --> TortureReport (text, JSON, Markdown)
///                        |  real workers of a manager in this JVM, or of a host in a JVM of its own
///                        v
///                      Trial: the seed, how long, and the line that runs it again
/// ```
///
/// An ordeal injects until its share of the time is over, and at least once for each kind. What must be zero (lost,
/// duplicated, left behind) decides about success; times are reported beside their aims and fail nothing, since a
/// machine may be busy with something else. Promises are in `docs/reliability.md`.
@NullMarked
package ringfence.benchmarks.torture;

import org.jspecify.annotations.NullMarked;
