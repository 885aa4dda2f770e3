package ringfence.host.attack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The files around a service that attacks them; each run has its own.
///
/// ```
///   secret.mjs   what the attacker wants: 'taken'
///   in/          granted to read: a.txt, more files to damage, links that lead out, fifo
///   out/         granted to write: own.txt, links that lead out
///   out/both/    granted to read too
/// ```
final class AttackFolder {
  private AttackFolder() {}

  static Path make(Path folder) throws IOException {
    Files.createDirectories(folder.resolve("in/sub"));
    Files.createDirectories(folder.resolve("out/both"));
    Files.writeString(folder.resolve("secret.mjs"), "export default 'taken';");
    Files.writeString(folder.resolve("in/module.mjs"), "export default 'taken';");
    for (String name : List.of("a", "written", "appended", "opened", "cut", "flagged", "removed", "moved", "over")) {
      Files.writeString(folder.resolve("in/" + name + ".txt"), "whole");
    }
    Files.writeString(folder.resolve("out/own.txt"), "taken");
    Files.writeString(folder.resolve("out/both/a.txt"), "other");
    link(folder, "in/link", "../secret.mjs");
    link(folder, "in/first", "second");
    link(folder, "in/second", "sub/../third");
    link(folder, "in/third", "../secret.mjs");
    link(folder, "in/up", "..");
    link(folder, "in/absolute", folder.resolve("secret.mjs").toString());
    link(folder, "in/environ", "/proc/self/environ");
    link(folder, "in/host", "/proc/self/root");
    link(folder, "out/dangling", "../made.txt");
    link(folder, "out/secret", "../secret.mjs");
    link(folder, "out/up", "..");
    makeFifo(folder.resolve("in/fifo"));
    return folder;
  }

  /// Takes away the links that lead to the kernel's files, so that whoever deletes the folder need not warn of them.
  static void unlink(Path folder) throws IOException {
    Files.delete(folder.resolve("in/environ"));
    Files.delete(folder.resolve("in/host"));
  }

  private static void link(Path folder, String name, String target) throws IOException {
    Files.createSymbolicLink(folder.resolve(name), Path.of(target));
  }

  private static void makeFifo(Path path) throws IOException {
    try {
      int status = new ProcessBuilder("mkfifo", path.toString()).inheritIO().start().waitFor();
      if (status != 0) {
        throw new IOException("mkfifo ended with " + status);
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
