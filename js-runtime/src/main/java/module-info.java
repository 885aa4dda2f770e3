/// What runs inside a worker: the GraalJS context, its event loop and the bindings of a service.
///
/// Nothing is exported: the host reaches this module only as a process.
module ringfence.jsruntime {
  requires static transitive org.jspecify;
  requires java.management;
  requires org.graalvm.polyglot;
  requires ringfence.sandbox;
}
