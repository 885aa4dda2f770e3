/// What a host keeps for its next run: the definitions that were submitted to it, and which of them shall run. Never
/// workers, nor anything that runs said or did.
///
/// ```
///   DIR/lock                held by the host that uses the folder
///   DIR/services/NAME.json  one service: [ringfence.host.manifest.StoredDefinition]
///   DIR/set-aside/...       files that could not be read, or made way for a new service
/// ```
/// A file appears whole or not at all: it is written beside its place, synced, renamed, and the folder synced.
@NullMarked
package ringfence.host.state;

import org.jspecify.annotations.NullMarked;
