/// What runs inside a worker: the GraalJS context, its event loop and the bindings of a service.
///
/// Nothing is exported: the host reaches this module only as a process.
module ringfence.jsruntime {
  requires static transitive org.jspecify;
  requires java.management;
  requires org.graalvm.polyglot;
  requires org.graalvm.truffle;
  requires ringfence.sandbox;

  provides com.oracle.truffle.api.instrumentation.provider.TruffleInstrumentProvider with
      ringfence.jsruntime.observer.ModuleScopeProvider,
      ringfence.jsruntime.observer.StackWatchProvider;
}
