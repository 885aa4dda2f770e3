/// Tests of the launch: pure parts by table, the rest with real processes.
@NullMarked
package ringfence.sandbox.launch;

import org.jspecify.annotations.NullMarked;
