/// Questions with numbers for answers. Each runs its rival in the same run, since absolute figures of one machine mean
/// little a minute later.
///
/// | package | question |
/// |---|---|
/// | this one | what services notice of hostile neighbours |
/// | `.port` | what the ring costs beside its rivals: `./ringfence bench port`, and JMH |
/// | `.calls` | what calls, events and streams between services cost beside Node, Deno and workerd: `./ringfence bench calls` |
/// | `.compute` | how fast a service computes beside Node: `./ringfence bench compute` |
/// | `.contest` | services and rivals that measure themselves |
/// | `.carrier` | how each rival of the ring carries a message |
/// | `.report` | what the parts share: slices, ratios, aims, the table |
@NullMarked
package ringfence.benchmarks;

import org.jspecify.annotations.NullMarked;
