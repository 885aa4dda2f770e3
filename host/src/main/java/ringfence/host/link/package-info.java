/// Links: for each import that runs, one region of shared memory between two workers.
///
/// The host makes the region, hands one end to each, and lets go of it. It never maps it, so it can't
/// read what the services say to each other, and nothing that they do there can harm it.
@NullMarked
package ringfence.host.link;

import org.jspecify.annotations.NullMarked;
