package ringfence.benchmarks.calls;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import ringfence.benchmarks.contest.Contestant;
import ringfence.benchmarks.contest.Program;
import ringfence.benchmarks.contest.RivalProcess;
import ringfence.benchmarks.contest.ScriptedRival;
import ringfence.benchmarks.contest.Scripts;

/// Whom we are compared with.
enum Rival {
  NODE_FORK_JSON("node", "fork.mjs json"),
  NODE_FORK_ADVANCED("node", "fork.mjs advanced"),
  NODE_THREADS("node", "threads.mjs"),
  DENO_WORKER("deno", "run --quiet --no-config --allow-read deno.mjs"),
  WORKERD("workerd", "serve --control-fd=1 workerd.capnp");

  private final String program;
  private final String arguments;

  Rival(String program, String arguments) {
    this.program = program;
    this.arguments = arguments;
  }

  /// The name of the program that it takes.
  String program() {
    return program;
  }

  /// The program and its flags, for the report.
  String command() {
    return program + " " + arguments;
  }

  /// Whether it has what a scenario asks for; workerd's bindings know no events.
  boolean takesPart(Scenario scenario) {
    return this != WORKERD || switch (scenario) {
      case EVENTS_STRING, EVENTS_OBJECT, EVENTS_BYTES, FAN_OUT -> false;
      case CALL_STRING, CALL_OBJECT, CALL_BYTES, CALLS_STRING, CALLS_OBJECT, CALLS_BYTES, STREAM -> true;
    };
  }

  Contestant start(Program installed, Scripts scripts) throws IOException {
    List<String> command = Stream.concat(Stream.of(installed.path().toString()), Stream.of(arguments.split(" ", -1))).toList();
    RivalProcess process = RivalProcess.start(toString(), command, scripts.folder());
    return this == WORKERD ? Workerd.of(process) : new ScriptedRival(process);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
