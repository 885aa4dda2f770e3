/// The values that services exchange, as Java sees them, and their bytes.
///
/// `js-runtime`'s `encode.js` draws the bytes; it and [ringfence.sandbox.value.ValueCodec] are two makers of one
/// format, tested against each other.
@NullMarked
package ringfence.sandbox.value;

import org.jspecify.annotations.NullMarked;
