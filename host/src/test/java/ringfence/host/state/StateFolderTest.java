package ringfence.host.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ringfence.host.ServiceDefinition;
import ringfence.host.manifest.StoredDefinition;

class StateFolderTest {
  @TempDir Path folder;

  static StoredDefinition read(Path file) {
    try {
      return StoredDefinition.read(file.toString(), Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static StoredDefinition service(String name, String code) {
    return new StoredDefinition(ServiceDefinition.named(name).code(code).build(), true);
  }

  @Test
  void oneHostAtATimeUsesAFolder() {
    try (StateFolder _ = StateFolder.open(folder)) {
      assertThatThrownBy(() -> StateFolder.open(folder))
          .isInstanceOf(StateException.class)
          .hasMessage(
              "the state folder %s is in use by another host (process %d); end that one, or give this one a folder of its own"
                  .formatted(folder, ProcessHandle.current().pid()));
    }
    StateFolder.open(folder).close();
  }

  // A host that is killed between two of its steps leaves either the file of before or that of after, and rubbish.
  @Test
  void aWriteThatWasCutOffLeavesWhatWasThere() throws IOException {
    try (StateFolder state = StateFolder.open(folder)) {
      state.save(service("a", "// first"));
      String whole = service("a", "// second").text();
      Files.writeString(folder.resolve("services/a.json.new"), whole.substring(0, whole.length() / 2));
    }
    try (StateFolder state = StateFolder.open(folder)) {
      StateFolder.Loaded loaded = state.load();
      assertThat(loaded.complaints()).isEmpty();
      assertThat(loaded.services()).extracting(one -> one.definition().modules().get("a.js")).isEqualTo(List.of("// first"));
      assertThat(folder.resolve("services/a.json.new")).doesNotExist();
    }
  }

  @Test
  void whatIsNoServiceIsSetAside() throws IOException {
    try (StateFolder state = StateFolder.open(folder)) {
      state.save(service("a", ""));
      Path services = folder.resolve("services");
      Files.copy(services.resolve("a.json"), services.resolve("b.json"));
      Files.createSymbolicLink(services.resolve("c.json"), Path.of("/etc/passwd"));
      Files.createDirectory(services.resolve("d.json"));
      Files.writeString(services.resolve("e.json"), "");
      Files.write(services.resolve("f.json"), new byte[] {(byte) 0xff});
      Files.writeString(services.resolve("note.txt"), "left alone");
      Files.createDirectories(folder.resolve("set-aside"));
      Files.writeString(folder.resolve("set-aside/b.json.1"), "an older one");

      StateFolder.Loaded loaded = state.load();

      assertThat(loaded.services()).hasSize(1);
      assertThat(loaded.complaints()).hasSize(5);
      assertThat(loaded.complaints().getFirst()).contains("it holds the service \"a\"", "b.json.2");
      assertThat(services.resolve("note.txt")).exists();
      assertThat(folder.resolve("set-aside/b.json.1")).hasContent("an older one");
      try (var left = Files.list(services)) {
        assertThat(left.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder("a.json", "note.txt");
      }
    }
  }

  @Test
  void aFileBeyondTheBoundIsNotRead() throws IOException {
    try (StateFolder state = StateFolder.open(folder)) {
      Path large = folder.resolve("services/a.json");
      try (var file = java.nio.channels.FileChannel.open(
          large, java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.WRITE)) {
        file.position(StateFolder.MOST_BYTES).write(java.nio.ByteBuffer.wrap(new byte[1]));
      }

      assertThat(state.load().complaints().getFirst())
          .contains("it has " + (StateFolder.MOST_BYTES + 1) + " bytes; at most " + StateFolder.MOST_BYTES);
    }
  }
}
