package ringfence.host.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/// A command, run in this JVM: what it printed, and ended with.
record Ran(int status, String out, String err) {
  static Ran command(String... arguments) {
    return command(Ringfence.commandLine(), arguments);
  }

  static Ran command(CommandLine command, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    int status = command.execute(arguments);
    return new Ran(status, out.toString(), err.toString());
  }
}
