/// Reads `ringfence.yaml` into service definitions. Every refusal names the file, the line, the column and
/// the cure; nothing is started here.
@NullMarked
package ringfence.host.manifest;

import org.jspecify.annotations.NullMarked;
