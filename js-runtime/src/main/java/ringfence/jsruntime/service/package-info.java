/// Joins the links of this service to its guest and its loop. What is said on links, and who may say it, is
/// `ringfence.sandbox.link`.
///
/// ```
///   guest: counter.increment(2)
///     -> LinkFunctions -> LinkCalls (ServiceTraffic) -> LinkEndpoint -> port
///   port -> LinkEndpoint -> LinkUser (GuestLinks) -> exported function, promise, listener
/// ```
@NullMarked
package ringfence.jsruntime.service;

import org.jspecify.annotations.NullMarked;
