/// What the host knows of TypeScript without reading it: names of modules, the tool that takes types out, and what that
/// made of earlier texts.
///
/// The host never reads code itself. [ringfence.host.ServicesManager] has the tool run as a service without permissions,
/// in a worker of its own:
///
/// ```
///   definition --> StrippedModules -- known --> module without types
///                       |  ^
///          not known    v  |  text or error
///                  tool's worker (sealed, no permissions, limits of heap and turn)
/// ```
@NullMarked
package ringfence.host.typescript;

import org.jspecify.annotations.NullMarked;
