/// The command line. Commands turn arguments into definitions, hand them to a `ServicesManager`, and print what
/// it tells; they decide nothing about services themselves.
@NullMarked
package ringfence.host.cli;

import org.jspecify.annotations.NullMarked;
