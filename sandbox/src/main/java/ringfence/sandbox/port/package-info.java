/// How bytes cross between two processes: one shape, [ringfence.sandbox.port.ConnectionPort], for every
/// way of carrying them.
///
/// | package | carries over | for |
/// |---|---|---|
/// | `.ring` | shared memory, two single-producer single-consumer rings | workers on Linux |
/// | `.local` | a queue in this JVM | tests of what stands above a port |
/// | `.socket` | a stream socket, length-framed | the measure to beat, and other kernels |
///
/// A thread that serves several ports sleeps on one [ringfence.sandbox.port.Doorbell]. It knows rings
/// itself, and all others as [ringfence.sandbox.port.NotifyingPort].
@NullMarked
package ringfence.sandbox.port;

import org.jspecify.annotations.NullMarked;
