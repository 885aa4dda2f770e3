package ringfence.jsruntime.observer;

import com.oracle.truffle.api.instrumentation.TruffleInstrument;
import com.oracle.truffle.api.instrumentation.provider.TruffleInstrumentProvider;
import java.util.Collection;
import java.util.List;
import org.graalvm.polyglot.SandboxPolicy;

/// How the engine finds [ModuleScope].
@TruffleInstrument.Registration(id = ModuleScope.ID, name = "Ringfence scope", sandbox = SandboxPolicy.CONSTRAINED)
public final class ModuleScopeProvider extends TruffleInstrumentProvider {
  @Override
  protected String getInstrumentClassName() {
    return ModuleScope.class.getName();
  }

  @Override
  protected Object create() {
    return new ModuleScope();
  }

  @Override
  protected Collection<String> getServicesClassNames() {
    return List.of(ModuleScope.class.getName());
  }
}
