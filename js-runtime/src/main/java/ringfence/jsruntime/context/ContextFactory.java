package ringfence.jsruntime.context;

import java.io.InputStream;
import java.io.OutputStream;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.PolyglotAccess;
import org.graalvm.polyglot.ResourceLimits;
import org.graalvm.polyglot.SandboxPolicy;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.io.IOAccess;
import org.graalvm.polyglot.io.MessageTransport;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.policy.GuestPolicy;

/// Makes engines and contexts that can reach nothing but what is handed to them.
///
/// Never `allowHostClassLookup`: the policy would accept it, and `Java.type` would be there.
public final class ContextFactory {
  /// What a module of a `data:` address is called by the engine.
  private static final String DATA_MODULE = "data-uri.";

  /// One constant: a second context of an engine silently gets the host access of the first.
  private static final HostAccess HOST_ACCESS =
      HostAccess.newBuilder(HostAccess.CONSTRAINED).allowBufferAccess(true).build();

  /// One constant too: an engine takes the same filter for all its contexts only.
  private static final ResourceLimits LIMITS =
      ResourceLimits.newBuilder().statementLimit(1, ContextFactory::isCounted).build();

  /// The language of WebAssembly, which is there if somebody put it beside the worker's own libraries.
  private static final String WEB_ASSEMBLY = "wasm";

  /// The instrument that speaks with debuggers, which is there in the workers that were started for one.
  private static final String INSPECTOR = "inspect";

  /// The one engine of this process that a debugger may look into, if there is one.
  private static volatile @Nullable Engine debugged;

  private ContextFactory() {}

  /// Makes the engine for contexts of a policy.
  public static Engine engine(String sandboxPolicy) {
    SandboxPolicy policy = SandboxPolicy.valueOf(sandboxPolicy);
    // Which languages there are only an engine for all of them tells; the stricter policies know one.
    Engine.Builder builder = policy == SandboxPolicy.TRUSTED ? Engine.newBuilder() : Engine.newBuilder("js");
    return silent(builder, policy).build();
  }

  /// Makes the engine for contexts that a debugger may look into, and for the service's alone: a debugger would show
  /// whatever else runs in it. Its policy is TRUSTED, since the engine allows no
  /// instrument in any other; its contexts get the same switches as all others.
  ///
  /// @param transport carries the debugger's messages
  public static Engine debuggedEngine(MessageTransport transport) {
    Engine engine =
        silent(Engine.newBuilder(), SandboxPolicy.TRUSTED)
        .serverTransport(transport)
        // Which address is asked for does not matter: the transport listens to none.
        .option(INSPECTOR, "9229")
        .option(INSPECTOR + ".Path", "service")
        .option(INSPECTOR + ".Suspend", "false")
        .option(INSPECTOR + ".WaitAttached", "false")
        .build();
    debugged = engine;
    return engine;
  }

  /// Whether a debugger may look into contexts of an engine.
  public static boolean isDebugged(Engine engine) {
    return engine.equals(debugged);
  }

  private static Engine.Builder silent(Engine.Builder builder, SandboxPolicy policy) {
    return builder
        .sandbox(policy)
        .in(InputStream.nullInputStream())
        .out(OutputStream.nullOutputStream())
        .err(OutputStream.nullOutputStream())
        // The engine would tell of its missing compiler on standard error; the host learns it by a probe.
        .option("engine.WarnInterpreterOnly", "false");
  }

  /// Makes a context.
  ///
  /// @param engine of the same policy, or one for a debugger
  static Context context(Engine engine, GuestPolicy policy, BrokeredFileSystem files) {
    boolean webAssembly = hasWebAssembly(engine, policy);
    Context.Builder builder = webAssembly ? Context.newBuilder("js", WEB_ASSEMBLY) : Context.newBuilder("js");
    if (webAssembly) {
      // The engine asks for access from each to the other; the guest's own way to other languages stays shut.
      builder
          .allowPolyglotAccess(
              PolyglotAccess.newBuilder()
                  .allowEval("js", "js")
                  .allowEval("js", WEB_ASSEMBLY)
                  .allowEval(WEB_ASSEMBLY, WEB_ASSEMBLY)
                  .allowBindingsAccess("js")
                  .allowBindingsAccess(WEB_ASSEMBLY)
                  .build())
          .allowExperimentalOptions(true)
          .option("js.webassembly", "true")
          .option("js.polyglot-builtin", "false");
    }
    return builder
        .engine(engine)
        .sandbox(isDebugged(engine) ? SandboxPolicy.TRUSTED : SandboxPolicy.valueOf(policy.sandboxPolicy()))
        .in(InputStream.nullInputStream())
        .out(OutputStream.nullOutputStream())
        .err(OutputStream.nullOutputStream())
        .allowHostAccess(HOST_ACCESS)
        .allowIO(IOAccess.newBuilder().fileSystem(files).build())
        .resourceLimits(LIMITS)
        .option("js.allow-eval", String.valueOf(policy.evalAllowed()))
        .option("js.timer-resolution", policy.preciseClock() ? "1" : "1000000")
        .option("js.unhandled-rejections", "handler")
        .option("js.text-encoding", "true")
        .option("js.console", "false")
        .option("js.print", "false")
        .option("js.load", "false")
        .build();
  }

  private static boolean hasWebAssembly(Engine engine, GuestPolicy policy) {
    return SandboxPolicy.valueOf(policy.sandboxPolicy()) == SandboxPolicy.TRUSTED
        && engine.getLanguages().containsKey(WEB_ASSEMBLY);
  }

  /// The engine loads `data:` modules without asking the file system, which would let text become code
  /// where `eval` is not granted. The filter of a statement limit sees each source before it runs.
  private static boolean isCounted(Source source) {
    if (!source.isInternal() && source.getPath() == null && source.getName().startsWith(DATA_MODULE)) {
      // Here the guest sees the class of what is thrown.
      throw GuestFacing.typeError(
          "a module of a data: address is refused; a service imports its own modules and service:NAME only");
    }
    return false;
  }
}
