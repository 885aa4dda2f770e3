/// What happens to services, as values: one ordered stream for listeners, logs and replay.
///
/// ```
///   Created --> Starting --> Running --> [DependencyLost] --> Closing --> Closed --> Destroyed
///                  ^                                                       |
///                  '------------------------ [RestartScheduled] <----------'
///                Output, OutputDropped, UncaughtError, ResourceUse, LinkUse
/// ```
/// [LifecycleEvent]s are kept, and replay to a [ServicesView]. The others are handed to listeners only; what
/// is kept of them is kept with the run: its last lines, its number of errors, its last figures.
///
/// Pure data, no threads: this package knows nothing of the manager that tells the events.
@NullMarked
package ringfence.host.event;

import org.jspecify.annotations.NullMarked;
