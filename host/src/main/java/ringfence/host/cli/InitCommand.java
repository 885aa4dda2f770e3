package ringfence.host.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import ringfence.host.json.Json;
import ringfence.host.manifest.Manifest;

/// `ringfence init`: a folder to begin with.
@Command(
    name = "init",
    description = "Writes a manifest, two services and a test that passes.",
    footer = {
      "",
      "It writes ringfence.yaml, counter.js, page.js, test.yaml and test.js, and the",
      "JSON Schema by which editors complete the manifest. It overwrites nothing: when",
      "one of them is there, none is written. Ends with 0, with 2 when something is in",
      "the way or the folder can't be written to.",
      "",
      "Example: ringfence init hello"
    })
final class InitCommand implements Callable<Integer> {
  private static final List<String> FILES =
      List.of(Manifest.DEFAULT_NAME, "counter.js", "page.js", "test.yaml", "test.js", Manifest.SCHEMA_NAME);
  private static final Pattern PLAIN_WORD = Pattern.compile("[A-Za-z0-9_./@%+=:,][A-Za-z0-9_./@%+=:,-]*");

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "DIR",
      defaultValue = ".",
      description = "the folder to write into, made if it is not there (default: the current one)")
  private Path folder = Path.of(".");

  @Option(names = "--json", description = "one JSON object: folder, files, next")
  private boolean json;

  @Override
  public Integer call() {
    requireNothingThere();
    write();
    Path shown = folder.normalize();
    boolean here = shown.toString().isEmpty();
    List<String> next =
        List.of(
            here ? "ringfence up" : "ringfence up " + quoted(shown),
            "ringfence up --exit-code-from=test " + quoted(shown.resolve("test.yaml")));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          Json.object(
              object -> {
                object.writeStringField("folder", folder.toAbsolutePath().normalize().toString());
                Json.strings(object, "files", FILES);
                Json.strings(object, "next", next);
              }));
    } else {
      FILES.forEach(name -> out.println("wrote " + Terminal.printable(shown.resolve(name).toString())));
      out.println();
      out.println("Run it:  " + next.getFirst());
      out.println("Test it: " + next.getLast());
    }
    out.flush();
    return ExitStatus.OK;
  }

  /// All at once, so that a folder is left as it was rather than half of one's own and half of ours.
  private void requireNothingThere() {
    List<String> there =
        FILES.stream()
            .filter(name -> Files.exists(folder.resolve(name), LinkOption.NOFOLLOW_LINKS))
            .collect(Collectors.toList());
    if (!there.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "%s has %s already, and nothing is overwritten; name another folder"
              .formatted(folder, String.join(", ", there)));
    }
  }

  private void write() {
    List<Path> written = new ArrayList<>();
    try {
      Files.createDirectories(folder);
      for (String name : FILES) {
        Path file = folder.resolve(name);
        byte[] text = text(name);
        // Not through a link, and not over what came since we looked.
        Files.write(file, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        written.add(file);
      }
    } catch (IOException e) {
      ParameterException refused =
          new ParameterException(spec.commandLine(), folder + " can't be written to: " + reason(e), e);
      for (Path file : written) {
        try {
          Files.delete(file);
        } catch (IOException more) {
          refused.addSuppressed(more);
        }
      }
      throw refused;
    }
  }

  private static String reason(IOException e) {
    return e instanceof FileAlreadyExistsException there
        ? there.getFile() + " is in the way"
        : e.getClass().getSimpleName() + ": " + e.getMessage();
  }

  private static byte[] text(String name) throws IOException {
    if (name.equals(Manifest.SCHEMA_NAME)) {
      return Manifest.schema().getBytes(StandardCharsets.UTF_8);
    }
    try (InputStream in =
        Objects.requireNonNull(InitCommand.class.getResourceAsStream("init/" + name), name)) {
      return in.readAllBytes();
    }
  }

  /// As a POSIX shell reads it back.
  private static String quoted(Path path) {
    String word = Terminal.printable(path.toString());
    return PLAIN_WORD.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
