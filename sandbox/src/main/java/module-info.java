/// The wall and the doors in it: what a service may do, how a process is shut in, how bytes cross.
///
/// Only `ringfence.sandbox.os` makes native calls, and it is not exported.
module ringfence.sandbox {
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
