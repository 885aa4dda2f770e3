package ringfence.host.cli;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import ringfence.host.lifecycle.RestartPolicy;
import ringfence.sandbox.policy.Jit;
import ringfence.sandbox.policy.SandboxLevel;

/// The words that some options take, as completion offers them: those of the manifest.
final class Choices {
  private Choices() {}

  static final class Policies implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return words(SandboxLevel.values());
    }
  }

  static final class Compilers implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return words(Jit.values());
    }
  }

  static final class Restarts implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return words(RestartPolicy.Mode.values());
    }
  }

  static final class LogFormats implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return words(LogFormat.values());
    }
  }

  static final class Columns implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return words(TopTable.Column.values());
    }
  }

  static final class Shells implements Iterable<String> {
    static final List<String> ALL = List.of("bash", "zsh", "fish");

    @Override
    public Iterator<String> iterator() {
      return ALL.iterator();
    }
  }

  private static Iterator<String> words(Enum<?>[] values) {
    return Arrays.stream(values).map(value -> value.name().toLowerCase(Locale.ROOT).replace('_', '-')).iterator();
  }
}
