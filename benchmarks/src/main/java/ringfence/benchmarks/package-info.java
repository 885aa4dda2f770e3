/// Questions with numbers for answers. Each runs its rival in the same run, since absolute figures of one machine mean
/// little a minute later.
///
/// | package | question |
/// |---|---|
/// | this one | what services notice of hostile neighbours |
/// | `.port` | what the ring costs beside its rivals: `./ringfence bench`, and JMH |
/// | `.carrier` | how each of them carries a message |
@NullMarked
package ringfence.benchmarks;

import org.jspecify.annotations.NullMarked;
