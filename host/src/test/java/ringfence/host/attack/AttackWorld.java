package ringfence.host.attack;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyArray;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import ringfence.host.HostOptions;
import ringfence.host.ServiceException;
import ringfence.host.ServiceStatus;
import ringfence.host.ServicesManager;
import ringfence.host.event.OutputLine;
import ringfence.host.lifecycle.ExitCause;
import ringfence.host.manifest.Manifest;
import ringfence.sandbox.protocol.ServiceState;

/// Runs an attack file in real workers, and the same code with its wall taken away.
final class AttackWorld {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String ATTACKER = "attacker";
  private static final String DONE = "all attempts made";

  /// As a service that has replaced all else still writes it.
  private static final String DONE_LINE = "\"" + DONE + "\"";

  /// Stands before the file's code. What it needs it takes before an attack replaces it.
  private static final String PROLOGUE =
      """
      const attempts = [];
      function attempt(name, refusal, attack) { attempts[attempts.length] = { name, refusal, attack }; }
      const report = ((log, stringify, text) => (line) => log(stringify(line)))(console.log, JSON.stringify, String);
      const words = ((text) => (e) => { try { return text(e); } catch { return "unspeakable"; } })(String);
      """;

  private static final String EPILOGUE =
      """

      // Not awaited: what serves HTTP begins once the module has run.
      ;(async () => {
        const unguarded = service.args[0] === "unguarded";
        for (let i = 0; i < attempts.length; i++) {
          const { name, refusal, attack } = attempts[i];
          let succeeded = false;
          let said = "nothing gained";
          try { succeeded = Boolean(await attack(unguarded)); } catch (e) { said = words(e); }
          report({ name, refusal, succeeded, said });
        }
        report("%s");
      })();
      """
          .formatted(DONE);

  private final Path folder;
  private final AttackServers servers;

  /// @param folder for the files of each run
  AttackWorld(Path folder, AttackServers servers) {
    this.folder = folder;
    this.servers = servers;
  }

  /// With the file's grants, in a worker of the strictest policy.
  List<Attempt> guarded(AttackFile file) throws IOException {
    return inAWorker(file, file.line("grants"), "guarded");
  }

  /// With the wall taken away.
  List<Attempt> unguarded(AttackFile file) throws IOException {
    return file.againstTheEngine() ? inABareEngine(file) : inAWorker(file, file.line("without"), "unguarded");
  }

  private List<Attempt> inAWorker(AttackFile file, String keys, String how) throws IOException {
    Path own = AttackFolder.make(folder.resolve(file.name() + "-" + how));
    ObjectNode attacker = object(servers.filledIn(keys));
    attacker.put("file", "attacker.js");
    Files.writeString(own.resolve("attacker.js"), PROLOGUE + file.code() + EPILOGUE);
    for (Map.Entry<String, String> module : file.modules().entrySet()) {
      Files.writeString(own.resolve(module.getKey()), module.getValue());
    }
    ArrayNode arguments = attacker.putArray("args");
    arguments(how, own).forEach(arguments::add);
    ObjectNode services = object(file.beside());
    if (file.code().contains("peer")) {
      // Something to call and to listen to, for those who want to hand it strange things.
      services.putObject("peer").put("code", "export const f = () => 1;");
      attacker.withArray("imports").add("peer");
    }
    services.set(ATTACKER, attacker);
    try (ServicesManager manager = ServicesManager.open(options())) {
      manager.create(manifest(services, own).services());
      manager.startAll();
      await()
          .atMost(PATIENCE)
          .until(() -> lines(manager).contains(DONE_LINE) || manager.status(ATTACKER).cause().isPresent());
      return results(lines(manager));
    } finally {
      AttackFolder.unlink(own);
    }
  }

  private static List<String> lines(ServicesManager manager) {
    return manager.output(ATTACKER).stream().map(OutputLine::text).toList();
  }

  private List<String> arguments(String how, Path own) {
    return List.of(how, own.toString(), servers.openPort(), servers.insidePort());
  }

  private List<Attempt> inABareEngine(AttackFile file) throws IOException {
    Path own = AttackFolder.make(folder.resolve(file.name() + "-unguarded"));
    List<String> lines = new ArrayList<>();
    try (Context context = Context.newBuilder("js").allowAllAccess(true).option("engine.WarnInterpreterOnly", "false").build()) {
      ProxyExecutable log = arguments -> lines.add(arguments[0].asString());
      Value global = context.getBindings("js");
      global.putMember("tell", log);
      global.putMember("given", ProxyArray.fromList(List.copyOf(arguments("unguarded", own))));
      Value _ =
          context.eval(
              "js",
              "globalThis.service = { args: [...given] }; globalThis.console = { log: tell }; delete globalThis.given;");
      String code = PROLOGUE + file.code() + EPILOGUE;
      Value _ = context.eval(Source.newBuilder("js", code, file.name() + ".mjs").build());
    } catch (PolyglotException e) {
      throw new AssertionError(file.name() + " fails in a bare engine", e);
    } finally {
      AttackFolder.unlink(own);
    }
    return results(lines);
  }

  private static List<Attempt> results(List<String> lines) throws IOException {
    if (!lines.contains(DONE_LINE)) {
      throw new AssertionError("not all attempts were made: " + lines);
    }
    List<Attempt> attempts = new ArrayList<>();
    for (String line : lines) {
      // What an attack itself has logged is of no interest.
      if (line.startsWith("{\"name\":")) {
        attempts.add(JSON.readValue(line, Attempt.class));
      }
    }
    return attempts;
  }

  // ---- bombs

  /// How a bomb's service ended, with its wall.
  String guardedEnd(AttackFile file, String code) throws IOException {
    try (ServicesManager manager = ServicesManager.open(options())) {
      manager.create(manifest(bomb(file.line("grants"), code), folder).services());
      try {
        manager.start(ATTACKER);
      } catch (ServiceException _) {
        // Its cause is asked for below.
      }
      return manager.awaitClosed(ATTACKER).sentence();
    }
  }

  /// Whether a bomb gets what it wants, with the wall taken away.
  boolean succeedsUnguarded(AttackFile file, String code) throws IOException {
    try (ServicesManager manager = ServicesManager.open(options())) {
      Success success = new Success(file.line("success"));
      var _ = manager.addListener(success);
      manager.create(manifest(bomb(file.line("without"), code), folder).services());
      Thread starting = Thread.ofVirtual().start(() -> start(manager));
      await().atMost(PATIENCE).until(() -> success.seen() || hasEnded(manager));
      manager.killNow();
      starting.join();
      return success.seen();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void start(ServicesManager manager) {
    try {
      manager.start(ATTACKER);
    } catch (ServiceException _) {
      // It is killed once it has shown what it can do.
    }
  }

  private static boolean hasEnded(ServicesManager manager) {
    ServiceStatus status = manager.status(ATTACKER);
    return status.state() == ServiceState.CLOSED && status.incarnation() > 0
        && status.cause().filter(ExitCause.Requested.class::isInstance).isEmpty();
  }

  private static ObjectNode bomb(String keys, String code) throws IOException {
    ObjectNode service = object(keys);
    service.put("code", code);
    ObjectNode services = JSON.createObjectNode();
    services.set(ATTACKER, service);
    return services;
  }

  private HostOptions options() {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("CANARY", "canary-of-the-host");
    variables.put("LEVEL", "low");
    return HostOptions.defaults().withEnvironment(name -> Optional.ofNullable(variables.get(name)));
  }

  private static Manifest manifest(JsonNode services, Path folder) {
    ObjectNode manifest = JSON.createObjectNode().put("version", 1);
    manifest.set("services", services);
    return Manifest.parse("attack", manifest.toString(), folder);
  }

  private static ObjectNode object(String json) throws IOException {
    return (ObjectNode) JSON.readTree(json);
  }
}
