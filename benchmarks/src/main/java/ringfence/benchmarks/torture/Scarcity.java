package ringfence.benchmarks.torture;

import java.io.IOException;
import java.util.Optional;
import java.util.SplittableRandom;

/// Something of which a host gets no more for a while.
interface Scarcity {
  /// What it is, in words.
  String what();

  /// Readies the machine, before the host is started.
  ///
  /// @return whether this machine can have this scarcity
  default boolean ready() throws IOException, InterruptedException {
    return true;
  }

  /// Arguments of [ServantHost].
  String[] arguments();

  /// The new work that is to be refused.
  String command();

  /// What a clear refusal holds, as a regular expression.
  String words();

  /// Takes it from the host.
  ///
  /// @param random how much is left
  void begin(ChildJvm host, SplittableRandom random) throws IOException, InterruptedException;

  /// Gives it back.
  void end(ChildJvm host) throws IOException, InterruptedException;

  /// Looks at what the scarcity may have left behind, while the host still runs.
  ///
  /// @return what is wrong with it, or none
  default Optional<String> damage() throws IOException {
    return Optional.empty();
  }

  /// Leaves the machine as it was, after the host has ended.
  default void clear() throws IOException, InterruptedException {}
}
