package ringfence.host;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import ringfence.host.lifecycle.ExitCause;
import ringfence.host.typescript.StrippedModules;
import ringfence.host.typescript.TypeScript;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.policy.SandboxLevel;
import ringfence.sandbox.protocol.ErrorReport;
import ringfence.sandbox.value.ServiceValue;
import ringfence.sandbox.value.UnsupportedValueException;

/// Takes the types out of services' modules, by a service of the host's own: the text is somebody's whom nobody has to
/// trust, so it is read in a worker that may do nothing. One text is read at a time; the worker is started for the first
/// and closed when none has come for a while. One that hangs or bursts is killed, and the next text gets another.
///
/// Thread-safe. Its calls block.
final class TypeStripper implements AutoCloseable {
  /// The name of the tool's service.
  static final String TOOL = "typescript";

  private static final Duration LONGEST_CALL = Duration.ofMinutes(5);

  /// @param limits of the tool's service
  /// @param idle how long its worker waits for another text
  /// @param folder where what it made is kept
  record Settings(Limits limits, Duration idle, Optional<Path> folder) {
    /// A MiB of source takes about 13 s of a CPU.
    static Settings usual() {
      return new Settings(
          Limits.DEFAULT
              .withHeapBytes(384L << 20)
              .withStart(Duration.ofSeconds(120))
              .withTurn(Duration.ofSeconds(30))
              .withClose(Duration.ofSeconds(1)),
          Duration.ofSeconds(5),
          StrippedModules.usualFolder());
    }
  }

  private final Supplier<ServicesManager> managers;
  private final StepQueue steps;
  private final SandboxLevel policy;
  private final Settings settings;
  private final ReentrantLock lock = new ReentrantLock();

  // Written under the lock, read by all.
  private volatile @Nullable ServicesManager tool;
  private volatile boolean closed;

  // Read when it is first needed, which it never is in most hosts. Guarded by this.
  private @Nullable Tool reader;

  // Under the lock.
  private long uses;
  private StepQueue.@Nullable Deadline idle;

  /// The tool's text, and what is known of its work.
  private record Tool(String code, StrippedModules known) {}

  /// @param managers makes a manager for the tool alone
  /// @param steps when and where it is closed for want of work
  /// @param policy of the tool's service: the strictest that this machine can enforce
  TypeStripper(Supplier<ServicesManager> managers, StepQueue steps, SandboxLevel policy, Settings settings) {
    this.managers = managers;
    this.steps = steps;
    this.policy = policy;
    this.settings = settings;
  }

  /// Whether it has something to do or to say.
  static boolean concerns(ServiceDefinition definition) {
    return definition.modules().keySet().stream()
        .anyMatch(name -> TypeScript.isNamed(name) || TypeScript.refusal(name).isPresent());
  }

  /// The definition with JavaScript in the place of its TypeScript, in the same lines and under the same names.
  ///
  /// @throws CodeRefusedException if a module can't be used
  /// @throws ServiceException if the tool does not come up, with INTERRUPTED, or with MANAGER_CLOSED
  ServiceDefinition strip(ServiceDefinition definition) {
    SequencedMap<String, String> modules = new LinkedHashMap<>();
    for (Map.Entry<String, String> module : definition.modules().entrySet()) {
      String name = module.getKey();
      TypeScript.refusal(name)
          .ifPresent(
              why -> {
                throw refused(definition, name, why, 0, 0);
              });
      modules.put(
          name, TypeScript.isNamed(name) ? strip(definition, name, module.getValue()) : module.getValue());
    }
    return definition.withModules(modules);
  }

  private synchronized Tool reader() {
    Tool read = reader;
    if (read == null) {
      String code = TypeScript.tool();
      read = new Tool(code, new StrippedModules(code, settings.folder));
      reader = read;
    }
    return read;
  }

  private String strip(ServiceDefinition definition, String module, String text) {
    if (text.length() > TypeScript.MOST_CHARACTERS) {
      throw refused(
          definition,
          module,
          "it has %d characters, and TypeScript of at most %d can be read; divide it, or compile it to JavaScript"
              .formatted(text.length(), TypeScript.MOST_CHARACTERS),
          0,
          0);
    }
    StrippedModules known = reader().known;
    Optional<String> before = known.find(text);
    if (before.isPresent()) {
      return before.get();
    }
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServiceException(ErrorCode.INTERRUPTED, "the wait for the reader of TypeScript was interrupted", e);
    }
    try {
      // Somebody else may have had it read meanwhile.
      Optional<String> meanwhile = known.find(text);
      if (meanwhile.isPresent()) {
        return meanwhile.get();
      }
      String stripped = ask(definition, module, text);
      known.put(text, stripped);
      return stripped;
    } finally {
      lock.unlock();
    }
  }

  /// Under the lock.
  private String ask(ServiceDefinition definition, String module, String text) {
    ServicesManager services = running();
    try (ServiceClient client = services.connect(TOOL)) {
      ServiceValue said = client.within(LONGEST_CALL).call(TOOL, "strip", text);
      if (!said.get("code").isPresent()) {
        throw refused(
            definition,
            module,
            said.get("message").asString(),
            said.get("line").asInt(),
            said.get("column").asInt());
      }
      String stripped = said.get("code").asString();
      if (stripped.lines().count() != text.lines().count()) {
        throw new UnsupportedValueException("the tool moved lines");
      }
      return stripped;
    } catch (ServiceCallException | UnsupportedValueException e) {
      discard();
      if (closed) {
        throw managerClosed();
      }
      throw refused(definition, module, "its types can't be taken out: " + why(services, e), 0, 0);
    } finally {
      closeWhenIdle();
    }
  }

  /// Why the tool gave no answer. Its manager is closed by now, and tells of the past still.
  private static String why(ServicesManager services, RuntimeException failure) {
    return services.events().replay().services().values().stream()
        .flatMap(service -> service.cause().stream())
        .filter(cause -> !cause.isNormal())
        .map(ExitCause::sentence)
        .findFirst()
        .orElseGet(() -> String.valueOf(failure.getMessage()));
  }

  private ServicesManager running() {
    ServicesManager services = tool;
    if (services == null) {
      services = managers.get();
      tool = services;
    }
    requireOpen();
    try {
      if (services.statuses().isEmpty()) {
        services.create(
            ServiceDefinition.named(TOOL).code(reader().code).policy(policy).limits(settings.limits).crashOnUncaught(true).build());
      }
      services.start(TOOL);
    } catch (ServiceException e) {
      discard();
      throw closed
          ? managerClosed()
          : new ServiceException(e.code(), "TypeScript can't be read: " + e.getMessage(), e);
    }
    requireOpen();
    return services;
  }

  /// Whoever closes kills what it sees, and looks again once it has the lock.
  private void requireOpen() {
    if (closed) {
      throw managerClosed();
    }
  }

  private void closeWhenIdle() {
    long use = ++uses;
    cancelIdle();
    idle = steps.after(settings.idle, () -> steps.elsewhere(() -> closeUnlessUsed(use)));
  }

  private void closeUnlessUsed(long use) {
    if (lock.tryLock()) {
      try {
        if (uses == use) {
          discard();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private void cancelIdle() {
    StepQueue.Deadline waiting = idle;
    if (waiting != null) {
      waiting.cancel();
    }
  }

  private void discard() {
    ServicesManager services = tool;
    tool = null;
    if (services != null) {
      services.close();
    }
  }

  /// Kills the tool's worker, if there is one. Returns at once.
  void killNow() {
    ServicesManager services = tool;
    if (services != null) {
      services.killNow();
    }
  }

  /// Ends the tool; whoever waits for it gets an error.
  @Override
  public void close() {
    closed = true;
    killNow();
    lock.lock();
    try {
      cancelIdle();
      discard();
    } finally {
      lock.unlock();
    }
  }

  private static CodeRefusedException refused(
      ServiceDefinition definition, String module, String message, int line, int column) {
    return new CodeRefusedException(
        definition.name(),
        Bounded.error(new ErrorReport("SyntaxError", message, "", module, line, column)));
  }

  private static ServiceException managerClosed() {
    return new ServiceException(ErrorCode.MANAGER_CLOSED, "the services manager is closed");
  }
}
