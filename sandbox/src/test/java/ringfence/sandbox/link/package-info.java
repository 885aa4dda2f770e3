/// Links as a model: two endpoints in one JVM on a virtual clock, under every order of events.
@NullMarked
package ringfence.sandbox.link;

import org.jspecify.annotations.NullMarked;
