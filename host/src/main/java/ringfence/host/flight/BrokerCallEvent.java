package ringfence.host.flight;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// A worker asks the host for something, until it has its answer.
@Name("ringfence.BrokerCall")
@Label("Broker Call")
@Category("Ringfence")
@StackTrace(false)
final class BrokerCallEvent extends Event {
  @Label("Service")
  final String service;

  @Label("Incarnation")
  final long incarnation;

  @Label("Request")
  final String request;

  @Label("Size")
  @DataAmount
  final int bytes;

  @Label("Answer")
  String answer = "";

  BrokerCallEvent(String service, long incarnation, String request, int bytes) {
    this.service = service;
    this.incarnation = incarnation;
    this.request = request;
    this.bytes = bytes;
  }
}
