package ringfence.host.attack;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
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

      ;{
        const unguarded = service.args[0] === "unguarded";
        for (let i = 0; i < attempts.length; i++) {
          const { name, refusal, attack } = attempts[i];
          let succeeded = false;
          let said = "nothing gained";
          try { succeeded = Boolean(await attack(unguarded)); } catch (e) { said = words(e); }
          report({ name, refusal, succeeded, said });
        }
        console.log("%s");
      }
      """
          .formatted(DONE);

  private final Path folder;

  /// @param folder with `secret.mjs`, which an attacker wants to have
  AttackWorld(Path folder) {
    this.folder = folder;
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
    ObjectNode attacker = object(keys);
    attacker.put("code", PROLOGUE + file.code() + EPILOGUE);
    attacker.putArray("args").add(how).add(folder.toString());
    ObjectNode services = object(file.beside());
    if (file.code().contains("peer")) {
      // Something to call and to listen to, for those who want to hand it strange things.
      services.putObject("peer").put("code", "export const f = () => 1;");
      attacker.withArray("imports").add("peer");
    }
    services.set(ATTACKER, attacker);
    try (ServicesManager manager = ServicesManager.open(options())) {
      manager.create(manifest(services).services());
      manager.startAll();
      return results(manager.output(ATTACKER).stream().map(OutputLine::text).toList());
    }
  }

  private List<Attempt> inABareEngine(AttackFile file) throws IOException {
    List<String> lines = new ArrayList<>();
    try (Context context = Context.newBuilder("js").allowAllAccess(true).option("engine.WarnInterpreterOnly", "false").build()) {
      ProxyExecutable log = arguments -> lines.add(arguments[0].asString());
      Value global = context.getBindings("js");
      global.putMember("tell", log);
      global.putMember("folder", folder.toString());
      Value _ =
          context.eval(
              "js",
              "globalThis.service = { args: ['unguarded', folder] }; globalThis.console = { log: tell }; delete globalThis.folder;");
      String code = PROLOGUE + file.code() + EPILOGUE;
      Value _ = context.eval(Source.newBuilder("js", code, file.name() + ".mjs").build());
    } catch (PolyglotException e) {
      throw new AssertionError(file.name() + " fails in a bare engine", e);
    }
    return results(lines);
  }

  private static List<Attempt> results(List<String> lines) throws IOException {
    if (lines.isEmpty() || !lines.getLast().equals(DONE)) {
      throw new AssertionError("not all attempts were made: " + lines);
    }
    List<Attempt> attempts = new ArrayList<>();
    for (String line : lines.subList(0, lines.size() - 1)) {
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
      manager.create(manifest(bomb(file.line("grants"), code)).services());
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
      manager.create(manifest(bomb(file.line("without"), code)).services());
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

  private Manifest manifest(JsonNode services) {
    ObjectNode manifest = JSON.createObjectNode().put("version", 1);
    manifest.set("services", services);
    return Manifest.parse("attack", manifest.toString(), folder);
  }

  private static ObjectNode object(String json) throws IOException {
    return (ObjectNode) JSON.readTree(json);
  }
}
