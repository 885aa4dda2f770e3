package ringfence.host.cli;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.atomic.AtomicBoolean;

/// Ctrl-C and termination, counted.
///
/// A shutdown hook would do for the first one; only a handler of our own hears the second.
final class Signals {
  private Signals() {}

  /// Calls `first` at the first SIGINT, SIGTERM or SIGHUP from now on, and `later` at each that follows, even
  /// while `first` has not returned; each call has a thread of its own.
  static void handle(Runnable first, Runnable later) {
    AtomicBoolean came = new AtomicBoolean();
    for (String name : new String[] {"INT", "TERM", "HUP"}) {
      install(name, () -> (came.compareAndSet(false, true) ? first : later).run());
    }
  }

  // By reflection: javac warns of sun.misc.Signal in a way that nothing can suppress, and the JDK has no
  // other door to signals. The module that holds it, jdk.unsupported, is required by ours.
  private static void install(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      MethodHandle run =
          MethodHandles.lookup()
              .findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
              .bindTo(action);
      Object proxy =
          MethodHandleProxies.asInterfaceInstance(handler, MethodHandles.dropArguments(run, 0, signal));
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this JVM can't handle SIG" + name, e);
    }
  }
}
