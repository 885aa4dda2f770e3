/// Whoever measures itself when it is told to: services, and programs that others have installed.
///
/// ```
///   Contestant.run(what)  -- ServiceContestant: a call over a link, to a function `run` of a service
///                         '- ScriptedRival: a line of JSON to a process, a line back
/// ```
/// What is asked for, and the loop that measures, are JavaScript of the packages that use this one.
@NullMarked
package ringfence.benchmarks.contest;

import org.jspecify.annotations.NullMarked;
