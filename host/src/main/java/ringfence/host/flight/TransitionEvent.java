package ringfence.host.flight;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// A service goes from one state to another.
@Name("ringfence.Transition")
@Label("Transition")
@Category("Ringfence")
@StackTrace(false)
final class TransitionEvent extends Event {
  @Label("Service")
  final String service;

  @Label("Incarnation")
  final long incarnation;

  @Label("From")
  final String from;

  @Label("To")
  final String to;

  @Label("Cause")
  final String cause;

  TransitionEvent(String service, long incarnation, String from, String to, String cause) {
    this.service = service;
    this.incarnation = incarnation;
    this.from = from;
    this.to = to;
    this.cause = cause;
  }
}
