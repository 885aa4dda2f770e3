/// What a service may do and how much: plain data, deny by default.
@NullMarked
package ringfence.sandbox.permission;

import org.jspecify.annotations.NullMarked;
