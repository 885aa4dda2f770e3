/// What all parts of `./ringfence bench` share: what they are told, alternated slices, ratios, aims, the table, the JSON.
///
/// ```
///   Part.measure(Wanted) --> Outcome (a scenario: rows with medians and ratios) --> Report --> text, JSON
///        '-- Alternation: ours, theirs, theirs, ours, ... --> Ratio
/// ```
/// It knows none of the parts.
@NullMarked
package ringfence.benchmarks.report;

import org.jspecify.annotations.NullMarked;
