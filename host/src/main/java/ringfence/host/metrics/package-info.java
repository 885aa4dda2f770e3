/// What a host measures: adds up events and what the ends of links have counted, and writes it down for Prometheus.
///
/// Nothing here is on the way of a message, and nothing here decides.
@NullMarked
package ringfence.host.metrics;

import org.jspecify.annotations.NullMarked;
