/// The guest's context: how it is made, what it can import, and the seam between its JavaScript and Java.
///
/// Only functions cross that seam, and only numbers, text and bytes go through them. All authority is on
/// the Java side: the prelude in JavaScript holds callbacks and promises, never who may do what.
@NullMarked
package ringfence.jsruntime.context;

import org.jspecify.annotations.NullMarked;
