package ringfence.jsruntime.observer;

import com.oracle.truffle.api.instrumentation.TruffleInstrument;
import com.oracle.truffle.api.instrumentation.provider.TruffleInstrumentProvider;
import java.util.Collection;
import java.util.List;
import org.graalvm.polyglot.SandboxPolicy;

/// How the engine finds [StackWatch].
@TruffleInstrument.Registration(id = StackWatch.ID, name = "Ringfence stacks", sandbox = SandboxPolicy.CONSTRAINED)
public final class StackWatchProvider extends TruffleInstrumentProvider {
  @Override
  protected String getInstrumentClassName() {
    return StackWatch.class.getName();
  }

  @Override
  protected Object create() {
    return new StackWatch();
  }

  @Override
  protected Collection<String> getServicesClassNames() {
    return List.of(StackWatch.class.getName());
  }
}
