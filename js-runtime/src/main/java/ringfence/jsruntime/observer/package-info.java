/// What only instruments of the engine can see of a service: where it is at this moment, and the variables of its module.
///
/// ```
///   Sampler, a thread --> StackWatch, an instrument --> the loop's thread, at its next safepoint: which functions
///   the loop's thread --> ModuleScope, an instrument: runs code among the variables of the entry module
/// ```
/// The engine's own profiler and debugger may be used with the policy TRUSTED only; these tell less, to us alone, and so go
/// with the policies that bound a service. They cost nothing until they are asked for.
@NullMarked
package ringfence.jsruntime.observer;

import org.jspecify.annotations.NullMarked;
