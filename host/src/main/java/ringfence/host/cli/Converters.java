package ringfence.host.cli;

import java.time.Duration;
import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import ringfence.host.lifecycle.RestartPolicy;
import ringfence.host.manifest.Manifest;
import ringfence.host.manifest.Quantities;
import ringfence.sandbox.permission.HostGrant;
import ringfence.sandbox.permission.ListenGrant;
import ringfence.sandbox.policy.Jit;
import ringfence.sandbox.policy.SandboxLevel;

/// Reads options as the manifest reads the same values, with its words for what is wrong with them.
final class Converters {
  private Converters() {}

  static final class Size implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      return read(text, Quantities::bytes);
    }
  }

  static final class Time implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      return read(text, Quantities::duration);
    }
  }

  static final class Level implements ITypeConverter<SandboxLevel> {
    @Override
    public SandboxLevel convert(String text) {
      return read(text, Manifest::level);
    }
  }

  static final class Compiler implements ITypeConverter<Jit> {
    @Override
    public Jit convert(String text) {
      return read(text, Jit::of);
    }
  }

  static final class Restart implements ITypeConverter<RestartPolicy.Mode> {
    @Override
    public RestartPolicy.Mode convert(String text) {
      return read(text, Manifest::restartMode);
    }
  }

  /// Such as `memory`.
  static final class Column implements ITypeConverter<TopTable.Column> {
    @Override
    public TopTable.Column convert(String text) {
      for (TopTable.Column column : TopTable.Column.values()) {
        if (column.name().equalsIgnoreCase(text)) {
          return column;
        }
      }
      throw new TypeConversionException("\"" + text + "\" is no column of top");
    }
  }

  /// A word of [LogFormat].
  static final class Log implements ITypeConverter<LogFormat> {
    @Override
    public LogFormat convert(String text) {
      return switch (text) {
        case "text" -> LogFormat.TEXT;
        case "json" -> LogFormat.JSON;
        default -> throw new TypeConversionException("a log is written as text or json, not as \"" + text + "\"");
      };
    }
  }

  /// Such as `api.example.com:443`.
  static final class Host implements ITypeConverter<HostGrant> {
    @Override
    public HostGrant convert(String text) {
      return read(text, HostGrant::parse);
    }
  }

  /// Such as `8080`.
  static final class Port implements ITypeConverter<ListenGrant> {
    @Override
    public ListenGrant convert(String text) {
      return read(text, ListenGrant::parse);
    }
  }

  /// From 0 to 65535.
  static final class DebuggerPort implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return read(text, DebuggerPort::port);
    }

    private static int port(String text) {
      if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > 65_535) {
        throw new IllegalArgumentException("\"" + text + "\" is no port; write one from 0 to 65535, where 0 is a free one");
      }
      return Integer.parseInt(text);
    }
  }

  private static <T> T read(String text, Function<String, T> reader) {
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }
}
