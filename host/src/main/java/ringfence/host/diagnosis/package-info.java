/// What a running service tells of itself to people: where its time goes. All of it are the words of a worker, which could lie
/// about its own service: names are shown as text, and sizes are bounded where they come in.
@NullMarked
package ringfence.host.diagnosis;

import org.jspecify.annotations.NullMarked;
