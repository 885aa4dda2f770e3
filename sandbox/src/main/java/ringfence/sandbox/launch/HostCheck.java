package ringfence.sandbox.launch;

import java.nio.file.Path;
import java.util.List;

/// What a process does that has asked for SIGKILL at its host's death: it looks whether the host is still there. A host that
/// died before the asking sends no signal any more, and its child has another parent by then.
final class HostCheck {
  /// The variables are the shell's own, which it would leave in the environment of what it becomes.
  private static final String SCRIPT = "[ \"$PPID\" = \"$0\" ] && unset PWD OLDPWD SHLVL && exec \"$@\"";

  private HostCheck() {}

  /// A command that goes before another one, and becomes it if this process is its parent.
  ///
  /// @param shell any POSIX shell
  static List<String> command(Path shell) {
    return List.of(shell.toString(), "-c", SCRIPT, Long.toString(ProcessHandle.current().pid()));
  }
}
