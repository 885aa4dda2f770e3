/// Who imports whom, and the orders that follow from it. Pure data, no threads, no lifecycles.
@NullMarked
package ringfence.host.graph;

import org.jspecify.annotations.NullMarked;
