package ringfence.jsruntime.observer;

import com.oracle.truffle.api.CallTarget;
import com.oracle.truffle.api.frame.MaterializedFrame;
import com.oracle.truffle.api.frame.VirtualFrame;
import com.oracle.truffle.api.instrumentation.EventBinding;
import com.oracle.truffle.api.instrumentation.EventContext;
import com.oracle.truffle.api.instrumentation.ExecutionEventListener;
import com.oracle.truffle.api.instrumentation.SourceSectionFilter;
import com.oracle.truffle.api.instrumentation.StandardTags;
import com.oracle.truffle.api.instrumentation.TruffleInstrument;
import com.oracle.truffle.api.nodes.ExecutableNode;
import com.oracle.truffle.api.nodes.Node;
import com.oracle.truffle.api.nodes.RootNode;
import com.oracle.truffle.api.source.Source;
import java.util.function.Supplier;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.Instrument;
import org.jspecify.annotations.Nullable;

/// Runs code where a module's own variables are in sight, as a debugger does; `js.allow-eval` is not asked.
///
/// Belongs to the loop's thread.
public final class ModuleScope extends TruffleInstrument {
  static final String ID = "ringfence-scope";

  /// What the engine calls the part of a module in which its names are bound, before its first statement.
  private static final String LINKING = ":module:link";

  /// Where the code is from, in stacks.
  private static final String TYPED = "repl";

  private @Nullable Env env;
  private @Nullable EventBinding<?> listening;
  private @Nullable Node place;
  private @Nullable MaterializedFrame variables;

  /// The one of an engine.
  ///
  /// @throws IllegalStateException if this worker's image has none
  public static ModuleScope of(Engine engine) {
    Instrument instrument = engine.getInstruments().get(ID);
    if (instrument == null) {
      throw new IllegalStateException("the engine does not know the instrument " + ID);
    }
    return instrument.lookup(ModuleScope.class);
  }

  @Override
  protected void onCreate(Env created) {
    env = created;
    created.registerService(this);
  }

  /// Remembers the scope of a module when that runs next.
  ///
  /// @param module its name
  public void await(String module) {
    Env known = env;
    if (known == null) {
      throw new IllegalStateException("the instrument is not there yet");
    }
    listening =
        known
            .getInstrumenter()
            .attachExecutionEventListener(
                SourceSectionFilter.newBuilder()
                    .tagIs(StandardTags.RootTag.class)
                    .sourceIs(source -> module.equals(source.getPath()))
                    .rootNameIs(LINKING::equals)
                    .build(),
                new Linking());
  }

  /// Whether code can be run.
  public boolean isThere() {
    return variables != null;
  }

  /// Reads code. The context must be entered.
  ///
  /// @return runs it, in the same context, and gives a value of the engine's
  /// @throws RuntimeException of the engine's, if it is none
  public Supplier<Object> parse(String code) {
    Env known = env;
    Node where = place;
    MaterializedFrame scope = variables;
    if (known == null || where == null || scope == null) {
      throw new IllegalStateException("the module has not run");
    }
    ExecutableNode parsed = known.parseInline(Source.newBuilder("js", code, TYPED).build(), where, scope);
    if (parsed == null) {
      throw new IllegalStateException("the engine runs no code in a scope");
    }
    CallTarget target = new Typed(parsed, scope).getCallTarget();
    return target::call;
  }

  private static final class Typed extends RootNode {
    @Child private ExecutableNode code;
    private final MaterializedFrame scope;

    Typed(ExecutableNode code, MaterializedFrame scope) {
      super(null);
      this.code = insert(code);
      this.scope = scope;
    }

    @Override
    public Object execute(VirtualFrame frame) {
      return code.execute(scope);
    }
  }

  private final class Linking implements ExecutionEventListener {
    @Override
    public void onEnter(EventContext context, VirtualFrame frame) {
      EventBinding<?> binding = listening;
      if (binding != null) {
        listening = null;
        place = context.getInstrumentedNode();
        variables = frame.materialize();
        binding.dispose();
      }
    }

    @Override
    public void onReturnValue(EventContext context, VirtualFrame frame, Object result) {}

    @Override
    public void onReturnExceptional(EventContext context, VirtualFrame frame, Throwable exception) {}
  }
}
