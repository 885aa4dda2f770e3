/// The web's cryptography over the JDK's: keys, and what is done with them.
///
/// ```
///   guest: crypto.subtle -> subtle.js: arguments, usages, order of errors -> CryptoFunctions -> the JDK
///          CryptoKey, whose private field holds a KeyHandle -> KeyMaterial, which stays in Java
/// ```
/// Each function runs on the loop's thread, in a task of its own, so `limits.turn` and `limits.cpu` count what it
/// takes. No class of this package is loaded before a service first touches `crypto.subtle`.
///
/// Nothing here decides what a service may do: it computes, and needs no permission.
@NullMarked
package ringfence.jsruntime.web.crypto;

import org.jspecify.annotations.NullMarked;
