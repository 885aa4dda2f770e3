package ringfence.benchmarks.torture;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/// Something of which a host gets no more for a while.
abstract class Scarcity {
  private static final String START = "start victim";

  private final String what;
  private final String words;
  private final String command;
  private final String[] arguments;

  /// Of which the start of a service needs some.
  ///
  /// @param what it is, in words
  /// @param words what a clear refusal holds, as a regular expression
  /// @param arguments of [ServantHost]
  Scarcity(String what, String words, Path... arguments) {
    this(what, words, START, List.of(arguments));
  }

  /// @param command that is to be refused
  Scarcity(String what, String words, String command, List<Path> arguments) {
    this.what = what;
    this.words = words;
    this.command = command;
    this.arguments = arguments.stream().map(Path::toString).toArray(String[]::new);
  }

  final String what() {
    return what;
  }

  final String words() {
    return words;
  }

  /// The new work that is to be refused.
  final String command() {
    return command;
  }

  final String[] arguments() {
    return arguments.clone();
  }

  /// Whether the work is the start of a service.
  final boolean starts() {
    return command.equals(START);
  }

  /// Readies the machine, before the host is started.
  ///
  /// @return whether this machine can have this scarcity
  boolean ready() throws IOException, InterruptedException {
    return true;
  }

  /// Takes it from the host.
  ///
  /// @param random how much is left
  abstract void begin(ChildJvm host, SplittableRandom random) throws IOException, InterruptedException;

  /// Gives it back.
  abstract void end(ChildJvm host) throws IOException, InterruptedException;

  /// Looks at what the scarcity may have left behind, while the host still runs.
  ///
  /// @return what is wrong with it, or none
  Optional<String> damage() throws IOException {
    return Optional.empty();
  }

  /// Leaves the machine as it was, after the host has ended.
  void clear() throws IOException, InterruptedException {}

  /// Sets a limit of the host's process.
  static void limit(ChildJvm host, String limit) throws IOException, InterruptedException {
    if (run("prlimit", "--pid", Integer.toString(host.pid()), limit) != 0) {
      throw new IOException("prlimit " + limit + " failed");
    }
  }

  /// Runs a command of the machine's.
  ///
  /// @return its status
  static int run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    if (!process.waitFor(1, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IOException(String.join(" ", command) + " does not end");
    }
    return process.exitValue();
  }
}
