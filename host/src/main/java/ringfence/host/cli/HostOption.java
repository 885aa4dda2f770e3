package ringfence.host.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import ringfence.host.graph.NearestName;
import ringfence.host.json.Json;

/// Which running host a command talks to, and how it shows what that answers.
final class HostOption {
  static final String DEFAULT = "127.0.0.1:7600";

  private static final Pattern UNKNOWN_SERVICE = Pattern.compile("service \"(?<name>[^\"]+)\" does not exist");

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "${env:RINGFENCE_HOST:-" + DEFAULT + "}",
      description = "where the host listens, or RINGFENCE_HOST (default: " + DEFAULT + ")")
  private String host = DEFAULT;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      defaultValue = "${env:RINGFENCE_TOKEN:-}",
      description = "what the host wants to be shown, or RINGFENCE_TOKEN")
  private String token = "";

  @Option(names = "--token-file", paramLabel = "FILE", description = "a file with the token, which other users don't see")
  private @Nullable Path tokenFile;

  @Option(names = "--json", description = "the host's answer as JSON, also when it refuses")
  private boolean json;

  boolean json() {
    return json;
  }

  /// Runs a command with a host.
  ///
  /// @param use returns the exit status
  int with(Function<HostClient, Integer> use) {
    try (HostClient client = new HostClient(base(), secret(), Terminal.standard())) {
      try {
        return use.apply(client);
      } catch (HostException e) {
        PrintWriter err = spec.commandLine().getErr();
        if (json && e.problem().isPresent()) {
          err.println(Terminal.printableJson(indented(e.problem().get())));
        } else {
          err.println("ringfence: " + Terminal.printable(e.getMessage() + guess(client, e)));
          e.stack().lines().forEach(line -> err.println(Terminal.printable(line)));
        }
        return e.exitStatus();
      }
    }
  }

  /// Which service was meant, if the host has one of almost that name.
  private static String guess(HostClient client, HostException refused) {
    Matcher unknown = UNKNOWN_SERVICE.matcher(String.valueOf(refused.getMessage()));
    if (!unknown.matches()) {
      return "";
    }
    try {
      return NearestName.of(unknown.group("name"), client.serviceNames())
          .map(near -> "; did you mean \"" + near + "\"?")
          .orElse("");
    } catch (HostException _) {
      // The first answer is the one that counts.
      return "";
    }
  }

  /// Prints an answer as JSON, indented.
  void print(String document) {
    line(Terminal.printableJson(indented(document)));
  }

  /// Prints JSON on one line, as it came.
  void printLine(String json) {
    line(Terminal.printableJson(json));
  }

  /// Prints a line.
  void say(String line) {
    line(Terminal.printable(line));
  }

  private void line(String text) {
    spec.commandLine().getOut().println(text);
    spec.commandLine().getOut().flush();
  }

  /// What the host answered, taken apart.
  static <T> T read(String answer, Reading<T> reading) {
    try {
      return reading.read(answer);
    } catch (IOException | ClassCastException e) {
      throw HostException.unavailable("the host's answer can't be understood: " + e.getMessage());
    }
  }

  /// Takes an answer apart.
  @FunctionalInterface
  interface Reading<T> {
    T read(String answer) throws IOException;
  }

  private static String indented(String document) {
    return read(document, Json::indented);
  }

  private URI base() {
    String address = host.contains("://") ? host : "http://" + host;
    try {
      URI uri = URI.create(address);
      boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (!web || uri.getHost() == null) {
        throw new IllegalArgumentException();
      }
      boolean portless = uri.getPort() < 0 && !host.contains("://");
      return URI.create(uri.getScheme() + "://" + uri.getRawAuthority() + (portless ? ":7600" : ""));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(), "\"" + host + "\" is no address of a host; write one such as " + DEFAULT, e);
    }
  }

  private Optional<String> secret() {
    String secret = token.strip();
    Path file = tokenFile;
    if (file != null) {
      try {
        secret = Files.readString(file).strip();
      } catch (IOException e) {
        throw new ParameterException(spec.commandLine(), file + " can't be read: " + e.getMessage(), e);
      }
    }
    if (secret.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      // Not shown: it may be one, with a slip.
      throw new ParameterException(spec.commandLine(), "the token holds characters that no token has");
    }
    return secret.isEmpty() ? Optional.empty() : Optional.of(secret);
  }
}
