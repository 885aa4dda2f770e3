package ringfence.host.flight;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// Two runs are joined, until one of them is gone.
@Name("ringfence.Link")
@Label("Link")
@Category("Ringfence")
@StackTrace(false)
final class LinkEvent extends Event {
  @Label("Caller")
  final String caller;

  @Label("Callee")
  final String callee;

  LinkEvent(String caller, String callee) {
    this.caller = caller;
    this.callee = callee;
  }
}
