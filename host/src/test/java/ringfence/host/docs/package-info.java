/// Runs what the README and the pages under `docs` show.
@NullMarked
package ringfence.host.docs;

import org.jspecify.annotations.NullMarked;
