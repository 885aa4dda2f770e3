package ringfence.host.cli;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import ringfence.host.HostOptions;
import ringfence.host.broker.AuditLog;

/// Where the decisions about services' wishes are written down.
final class AuditOption {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--audit",
      paramLabel = "FILE",
      description = "append each decision about what a service wants, one JSON object a line, before it is acted on")
  private @Nullable Path file;

  /// These options with the audit log in them.
  ///
  /// @throws ParameterException if it can't be written
  HostOptions in(HostOptions options) {
    Path path = file;
    if (path == null) {
      return options;
    }
    try {
      AuditLog.to(path, java.time.InstantSource.system()).close();
    } catch (UncheckedIOException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
    return options.withAuditFile(path);
  }
}
