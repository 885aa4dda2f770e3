/// Events of Java Flight Recorder: what a host does, for `jcmd PID JFR.start` and the JVM's own tools.
///
/// Nothing is made where no recording wants it; texts are the host's words, or names that it has accepted.
@NullMarked
package ringfence.host.flight;

import org.jspecify.annotations.NullMarked;
