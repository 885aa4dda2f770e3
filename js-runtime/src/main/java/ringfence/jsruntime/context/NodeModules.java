package ringfence.jsruntime.context;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The modules of Node's names that each service can import. What they export is made by chunks of the prelude from
/// the built-ins as they were before the service could touch them, and lies on the frozen `service`; a module's text
/// only names it.
final class NodeModules {
  /// Their scheme.
  static final String SCHEME = "node:";

  private static final List<String> PROMISES =
      List.of(
          "access", "appendFile", "chmod", "chown", "constants", "copyFile", "cp", "glob", "lchmod", "lchown", "link",
          "lstat", "lutimes", "mkdir", "mkdtemp", "open", "opendir", "readFile", "readdir", "readlink", "realpath",
          "rename", "rm", "rmdir", "stat", "statfs", "symlink", "truncate", "unlink", "utimes", "watch", "writeFile");

  private static final List<String> BLOCKING =
      List.of(
          "accessSync", "appendFileSync", "closeSync", "copyFileSync", "existsSync", "lstatSync", "mkdirSync",
          "mkdtempSync", "openSync", "opendirSync", "readFileSync", "readSync", "readdirSync", "realpathSync",
          "renameSync", "rmSync", "rmdirSync", "statSync", "truncateSync", "unlinkSync", "writeFileSync", "writeSync",
          "createReadStream", "createWriteStream", "exists", "watchFile", "unwatchFile", "promises");

  private static final List<String> PATH =
      List.of(
          "basename", "delimiter", "dirname", "extname", "format", "isAbsolute", "join", "normalize", "parse", "posix",
          "relative", "resolve", "sep", "toNamespacedPath");

  /// From a module's name to its text.
  static final Map<String, String> SOURCES =
      new TreeMap<>(
          Map.of(
              "node:fs", text("node:fs", Stream.concat(PROMISES.stream(), BLOCKING.stream()).toList()),
              "node:fs/promises", text("node:fs/promises", PROMISES),
              "node:path", text("node:path", PATH),
              "node:path/posix", text("node:path", PATH)));

  private NodeModules() {}

  private static String text(String module, List<String> exports) {
    return "const m = service[\"" + module + "\"];\nexport default m;\nexport const { " + String.join(", ", exports) + " } = m;\n";
  }
}
