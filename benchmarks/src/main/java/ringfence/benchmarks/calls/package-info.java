/// What a call, an event and a stream between two services cost beside those of Node, Deno and workerd.
///
/// ```
///   ./ringfence bench calls
///     |- Services: host -> meter.run(...)         meter --link--> callee       workers with all walls
///     |                                             ^--events--' '--> ear1, ear2, ear3
///     |- ScriptedRival: a line in, a line out     node fork.mjs, threads.mjs, deno.mjs
///     '- Workerd: a request, a response           workerd serve workerd.capnp
///   ./ringfence bench watching
///     '- Unwatched: Services on workers whose links count nothing, as the only rival
/// ```
/// The loop that measures is JavaScript, the same file `measure.js` in all of them, and runs in the one that calls: this process only
/// says when a slice begins. It checks each message at both ends.
@NullMarked
package ringfence.benchmarks.calls;

import org.jspecify.annotations.NullMarked;
