package ringfence.host.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import ringfence.host.ServiceDefinition;
import ringfence.host.manifest.CodeFolder;
import ringfence.sandbox.protocol.ServiceName;

/// The code that a command line names, and the modules that it imports.
///
/// @param module the file's name, as errors show it
/// @param others name -> text
record CodeFile(String module, String code, SequencedMap<String, String> others) {
  private static final long MAX_BYTES = 4L << 20;
  private static final List<String> EXTENSIONS = List.of("js", "mjs", "ts", "mts");

  /// Reads it.
  ///
  /// @param file `-` reads standard input, which has no folder to import from
  /// @param extension what the code is written in, if the file's name does not say it
  /// @throws ParameterException if it can't be used
  static CodeFile read(CommandSpec spec, String file, @Nullable String extension) {
    String module = module(spec, file, extension);
    try {
      if (file.equals("-")) {
        byte[] bytes = System.in.readNBytes((int) MAX_BYTES + 1);
        checkSize(spec, file, bytes.length);
        return new CodeFile(module, new String(bytes, StandardCharsets.UTF_8), new LinkedHashMap<>());
      }
      Path path = Path.of(file);
      if (!Files.isRegularFile(path)) {
        throw new ParameterException(spec.commandLine(), "no file " + file);
      }
      checkSize(spec, file, Files.size(path));
      String code = Files.readString(path);
      return new CodeFile(module, code, CodeFolder.importsOf(path, code));
    } catch (CharacterCodingException e) {
      throw new ParameterException(spec.commandLine(), file + " is not UTF-8 text", e);
    } catch (IOException e) {
      throw new ParameterException(spec.commandLine(), file + " can't be read: " + e.getMessage(), e);
    }
  }

  /// The name of the module; its ending says what it holds.
  private static String module(CommandSpec spec, String file, @Nullable String extension) {
    String name = file.equals("-") ? "stdin" : String.valueOf(Path.of(file).getFileName());
    if (extension == null) {
      return file.equals("-") ? "stdin.js" : name;
    }
    if (!EXTENSIONS.contains(extension)) {
      throw new ParameterException(
          spec.commandLine(), "--ext is one of " + String.join(", ", EXTENSIONS) + ", not \"" + extension + "\"");
    }
    if (name.indexOf('.', 1) > 0) {
      throw new ParameterException(
          spec.commandLine(), "the name of " + name + " says what it holds; leave --ext=" + extension + " out");
    }
    return name + "." + extension;
  }

  private static void checkSize(CommandSpec spec, String file, long bytes) {
    if (bytes > MAX_BYTES) {
      throw new ParameterException(
          spec.commandLine(), file + " has more than " + MAX_BYTES + " bytes, the bound of a module");
    }
  }

  ServiceDefinition.Builder addTo(ServiceDefinition.Builder builder) {
    others.forEach(builder::module);
    return builder.entry(module).code(code);
  }

  /// The file's name as a service's name, where it can be one.
  String serviceName() {
    int dot = module.indexOf('.');
    String stem = (dot > 0 ? module.substring(0, dot) : module).toLowerCase(Locale.ROOT);
    try {
      return new ServiceName(stem.replaceAll("[^a-z0-9_-]", "-")).value();
    } catch (IllegalArgumentException e) {
      return "main";
    }
  }
}
