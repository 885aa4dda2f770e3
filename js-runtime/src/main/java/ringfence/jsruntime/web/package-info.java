/// Java's half of the web platform: the chunks of JavaScript, and the functions of the host that they need.
///
/// ```
///   guest touches URL -> lazy.js -> Chunks: source of web/url.js, parsed once a worker -> runs in the context
/// ```
/// Nothing here decides what a service may do: it offers computation (chunks, random bytes, charsets,
/// deflate) that needs no permission. What reaches outside goes through the broker.
@NullMarked
package ringfence.jsruntime.web;

import org.jspecify.annotations.NullMarked;
