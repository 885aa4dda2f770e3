package ringfence.host;

/// What went wrong, and who must act.
public enum ErrorCode {
  /// The author of the definition: a value is out of its range; the message says which.
  INVALID_DEFINITION,
  /// The author: a module is no code that can be run; the error says where.
  INVALID_CODE,
  /// The author: the name is taken.
  DUPLICATE_NAME,
  /// The author: an import does not exist.
  UNKNOWN_IMPORT,
  /// The author: services import each other in a circle.
  IMPORT_CYCLE,
  /// The caller: no service has that name.
  UNKNOWN_SERVICE,
  /// The operator: the policy needs walls that the machine does not have.
  WALL_MISSING,
  /// The operator: the code shall be compiled, and the workers of this machine have no compiler.
  COMPILER_MISSING,
  /// The operator or the author: the definition asks for more than the host gives.
  OVER_HOST_LIMIT,
  /// The caller: only a closed service can be destroyed.
  NOT_CLOSED,
  /// The caller: other services import it.
  HAS_DEPENDANTS,
  /// The author: a child asks for a right that its parent lacks, or imports what does not stay as long as it.
  BEYOND_PARENT,
  /// The caller: what it imports does not run, and was not to be started.
  IMPORT_NOT_RUNNING,
  /// The caller: another service is about to take its place.
  BEING_REPLACED,
  /// The caller: it is closing, and will be gone.
  BEING_DESTROYED,
  /// The author: the definition lets no debugger in.
  DEBUG_NOT_ALLOWED,
  /// The caller: a debugger could not connect, since the port is in use or can't be opened.
  PORT_NOT_OPENED,
  /// The caller: it does not run.
  NOT_RUNNING,
  /// The caller: the service did not answer in time, or can't answer this now; the message says why.
  NOT_ANSWERED,
  /// The caller: it has never run.
  NEVER_STARTED,
  /// The author, as a rule: the service did not reach RUNNING; the cause says why.
  START_FAILED,
  /// The caller: the event to go on after is not kept any more, or not told yet; begin again from the history.
  EVENTS_NOT_KEPT,
  /// Nobody: the waiting thread was interrupted; the command itself goes on.
  INTERRUPTED,
  /// The caller: the manager is closed.
  MANAGER_CLOSED
}
