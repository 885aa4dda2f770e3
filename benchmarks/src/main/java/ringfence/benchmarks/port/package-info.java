/// The comparison of our port with its rivals, between two real processes.
///
/// ```
///   Bench (orders, prints)
///     |  commands, descriptors (SCM_RIGHTS), results
///     +-----> Child "near", a JVM:  Job <----\
///     |                                       carrier (ring, socket, ...)
///     +-----> Child "far",  a JVM:  Job <----/
/// ```
///
/// Absolute times of a shared machine mean little a minute later. So each rival runs in slices of a tenth of a second,
/// each beside a slice of the ring, and all that is claimed is the median of the ratios of such pairs. Every carrier and
/// every scenario has JVMs of its own, so that none is compiled with the profile of another. The thread that measures keeps
/// to the first processor, the one that answers to the last: on one processor a message costs a third, and who lands
/// there is luck.
@NullMarked
package ringfence.benchmarks.port;

import org.jspecify.annotations.NullMarked;
