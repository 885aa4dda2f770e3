/// What users get as JSON, from `--json` and from the HTTP API: services, events, lines of output, and the values that
/// services exchange.
@NullMarked
package ringfence.host.json;

import org.jspecify.annotations.NullMarked;
