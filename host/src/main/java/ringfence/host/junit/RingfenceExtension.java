package ringfence.host.junit;

import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.ReflectionSupport;
import ringfence.host.HostOptions;
import ringfence.host.ServicesManager;

/// What [RingfenceTest] does. Made by JUnit.
@SuppressWarnings("exports") // JUnit's types: who uses this requires JUnit.
public final class RingfenceExtension
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback, ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(RingfenceExtension.class);

  /// For JUnit.
  public RingfenceExtension() {}

  @Override
  public void beforeAll(ExtensionContext context) {
    begin(context);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    begin(context);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    end(context);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    end(context);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == ServicesManager.class;
  }

  /// The manager of the test, or that of its class if that has one; opened when it is first asked for.
  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Store store = store(context);
    ServicesManager services = store.get(ServicesManager.class, ServicesManager.class);
    if (services == null) {
      services = ServicesManager.open(options(context));
      store.put(ServicesManager.class, services);
    }
    return services;
  }

  private static void begin(ExtensionContext context) {
    store(context).put(HeldByHost.class, HeldByHost.now());
  }

  private static void end(ExtensionContext context) {
    Store store = store(context);
    // Of this context alone: that of a class stays when one of its tests ends.
    ServicesManager services = store.remove(ServicesManager.class, ServicesManager.class);
    if (services != null) {
      services.close();
    }
    HeldByHost before = store.remove(HeldByHost.class, HeldByHost.class);
    if (before != null) {
      before.requireNothingMore();
    }
  }

  private static HostOptions options(ExtensionContext context) {
    for (Optional<ExtensionContext> at = Optional.of(context); at.isPresent(); at = at.get().getParent()) {
      Optional<RingfenceTest> found = AnnotationSupport.findAnnotation(at.get().getElement(), RingfenceTest.class);
      if (found.isPresent()) {
        return ReflectionSupport.newInstance(found.get().options()).get();
      }
    }
    return HostOptions.defaults();
  }

  private static Store store(ExtensionContext context) {
    return context.getStore(NAMESPACE);
  }
}
