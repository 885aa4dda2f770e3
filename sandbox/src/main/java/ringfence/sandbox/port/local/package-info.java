/// Ports between threads of one JVM: the rules of a port without memory that anyone shares.
///
/// Nothing here stands between parties that distrust each other.
@NullMarked
package ringfence.sandbox.port.local;

import org.jspecify.annotations.NullMarked;
