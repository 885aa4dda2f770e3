/// The wall and the doors in it: what a service may do, how a process is shut in, how bytes cross.
///
/// Only `ringfence.sandbox.os` makes native calls, and it is not exported.
module ringfence.sandbox {
  // Java's end of a link reads and writes JSON; workers, which leave that to their engine, do without it.
  requires static com.fasterxml.jackson.core;
  requires static transitive org.jspecify;

  exports ringfence.sandbox.file;
  exports ringfence.sandbox.link;
  exports ringfence.sandbox.port;
  exports ringfence.sandbox.port.local;
  exports ringfence.sandbox.port.ring;
  exports ringfence.sandbox.port.socket;
  exports ringfence.sandbox.protocol;
  exports ringfence.sandbox.launch;
  exports ringfence.sandbox.permission;
  exports ringfence.sandbox.policy;
  exports ringfence.sandbox.value;
}
