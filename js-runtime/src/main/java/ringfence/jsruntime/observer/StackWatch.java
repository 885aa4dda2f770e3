package ringfence.jsruntime.observer;

import com.oracle.truffle.api.ThreadLocalAction;
import com.oracle.truffle.api.TruffleContext;
import com.oracle.truffle.api.instrumentation.ContextsListener;
import com.oracle.truffle.api.instrumentation.TruffleInstrument;
import com.oracle.truffle.api.nodes.LanguageInfo;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.Instrument;
import org.jspecify.annotations.Nullable;

/// Says which functions a thread is in. The thread itself says it, at its next safepoint: when it calls a function or begins
/// a loop anew.
public final class StackWatch extends TruffleInstrument {
  static final String ID = "ringfence-stacks";

  private static final long SEARCH_NANOS = 20_000_000;

  private final Set<TruffleContext> contexts = ConcurrentHashMap.newKeySet();

  /// Where the thread was last seen.
  private volatile @Nullable TruffleContext usual;

  private @Nullable Env env;

  /// The one of an engine.
  ///
  /// @throws IllegalStateException if this worker's image has none
  static StackWatch of(Engine engine) {
    Instrument instrument = engine.getInstruments().get(ID);
    if (instrument == null) {
      throw new IllegalStateException("the engine does not know the instrument " + ID);
    }
    return instrument.lookup(StackWatch.class);
  }

  @Override
  protected void onCreate(Env created) {
    env = created;
    created.registerService(this);
    var _ = created.getInstrumenter().attachContextsListener(new Contexts(), true);
  }

  /// The stack of a thread. Called by one thread at a time.
  ///
  /// @param patienceNanos how long to wait for its next safepoint
  /// @return empty if it is in no context, or did not come to a safepoint in time
  Optional<Stack> look(Thread thread, long patienceNanos) throws InterruptedException {
    TruffleContext known = usual;
    if (known != null && contexts.contains(known)) {
      return look(known, thread, patienceNanos);
    }
    for (TruffleContext context : contexts) {
      Optional<Stack> found = look(context, thread, Math.min(patienceNanos, SEARCH_NANOS));
      if (found.isPresent()) {
        usual = context;
        return found;
      }
    }
    return Optional.empty();
  }

  private Optional<Stack> look(TruffleContext context, Thread thread, long patienceNanos) throws InterruptedException {
    Env known = env;
    if (known == null || context.isClosed()) {
      return Optional.empty();
    }
    Look look = new Look(thread);
    Future<Void> asked = known.submitThreadLocal(context, null, look);
    try {
      asked.get(patienceNanos, TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      asked.cancel(false);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a stack could not be read", e.getCause());
    }
    return Optional.ofNullable(look.seen);
  }

  private static final class Look extends ThreadLocalAction {
    private final Thread whose;
    private volatile @Nullable Stack seen;

    Look(Thread whose) {
      super(false, false);
      this.whose = whose;
    }

    @Override
    protected void perform(Access access) {
      if (access.getThread().threadId() == whose.threadId()) {
        seen = Stack.here(access.getLocation());
      }
    }
  }

  private final class Contexts implements ContextsListener {
    @Override
    public void onContextCreated(TruffleContext context) {
      contexts.add(context);
    }

    @Override
    public void onLanguageContextCreated(TruffleContext context, LanguageInfo language) {}

    @Override
    public void onLanguageContextInitialized(TruffleContext context, LanguageInfo language) {}

    @Override
    public void onLanguageContextFinalized(TruffleContext context, LanguageInfo language) {}

    @Override
    public void onLanguageContextDisposed(TruffleContext context, LanguageInfo language) {}

    @Override
    public void onContextClosed(TruffleContext context) {
      contexts.remove(context);
    }
  }
}
