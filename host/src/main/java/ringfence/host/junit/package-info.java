/// For tests of JUnit Jupiter: [RingfenceTest] gives them a manager and sees that nothing is left of it.
///
/// JUnit is the user's: the host's artifact names it as optional, and nothing else of the host knows it.
@NullMarked
package ringfence.host.junit;

import org.jspecify.annotations.NullMarked;
