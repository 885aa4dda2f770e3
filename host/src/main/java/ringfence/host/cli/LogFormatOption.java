package ringfence.host.cli;

import picocli.CommandLine.Option;

/// Whether people or programs read what is written.
final class LogFormatOption {
  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      converter = Converters.Log.class,
      completionCandidates = Choices.LogFormats.class,
      description = "text, or json: an object on each line, also for transitions and denials (default: text)")
  private LogFormat format = LogFormat.TEXT;

  /// The process's own streams, in that format.
  Terminal terminal() {
    Terminal terminal = Terminal.standard();
    if (format == LogFormat.JSON) {
      JsonLog log = new JsonLog(terminal);
      log.takeHostLog();
      terminal.writeTo(log);
    }
    return terminal;
  }
}
