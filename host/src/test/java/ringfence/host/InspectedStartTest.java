package ringfence.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import ringfence.host.Inspections.Inspection;
import ringfence.host.inspect.Inspector;
import ringfence.host.inspect.InspectorServer;
import ringfence.host.lifecycle.ExitCause;
import ringfence.sandbox.protocol.InspectorMessage;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.protocol.ServiceState;

/// Services whose code waits for a debugger, on a virtual clock.
class InspectedStartTest {
  private static final Duration LONGER_THAN_A_START = House.LIMITS.start().multipliedBy(3);

  private final House house = new House();
  private final Inspector inspector = new Inspector();
  private final Debugger debugger = new Debugger();
  private InspectorServer server;

  /// Hears what a client would.
  private static final class Debugger implements Inspector.Client {
    final List<String> heard = new ArrayList<>();

    @Override
    public void tell(String json) {
      heard.add(json);
    }

    @Override
    public void close(String why) {
      heard.add("closed: " + why);
    }
  }

  @BeforeEach
  void open() throws IOException {
    server = InspectorServer.open(0, inspector);
    house.create(House.define("base").build(), House.define("a", "base").debug(true).build());
    house.up("base");
    inspector.waitFromStart();
    assertThat(house.nodes.node(new ServiceName("a")).container().letIn(new Inspection(inspector, server))).isTrue();
    house.begin("a");
    house.workers.of("a").ready();
    house.steps.run();
  }

  @AfterEach
  void close() {
    server.close();
    house.close();
  }

  private void release() {
    assertThat(inspector.connected(debugger)).isTrue();
    inspector.said(debugger, "{\"id\":1,\"method\":\"Runtime.runIfWaitingForDebugger\"}");
    List<String> told = house.workers.of("a").inspected;
    assertThat(told).hasSize(2).last().asString().contains("Debugger.pause");
    says("{\"result\":{},\"id\":1}");
    says(told.getLast().replaceFirst(".*\"id\":([0-9]+).*", "{\"result\":{},\"id\":$1}"));
    house.steps.run();
  }

  private void says(String json) {
    house.workers.of("a").listener.inspected(InspectorMessage.encode(json));
  }

  @Test
  void codeWaitsForTheDebuggerAsLongAsItTakes() {
    house.steps.pass(LONGER_THAN_A_START);

    assertThat(house.status("a").state()).isEqualTo(ServiceState.STARTING);
    assertThat(house.workers.of("a").hasCode()).isFalse();

    release();
    assertThat(house.workers.of("a").hasCode()).isTrue();
    assertThat(debugger.heard).containsExactly("{\"result\":{},\"id\":1}");
  }

  @Test
  void aDebuggerStopsAtTheFirstStatementAndNotBefore() {
    release();
    says("{\"method\":\"Debugger.paused\",\"params\":{\"callFrames\":[{\"functionName\":\":module:link\"}]}}");
    assertThat(house.workers.of("a").inspected).last().asString().contains("Debugger.stepInto");
    says("{\"method\":\"Debugger.resumed\"}");
    String first = "{\"method\":\"Debugger.paused\",\"params\":{\"callFrames\":[{\"functionName\":\":module:eval\"}]}}";
    says(first);

    assertThat(debugger.heard).containsExactly("{\"result\":{},\"id\":1}", first);
  }

  /// The limit is paused only while the debugger holds the service.
  @Test
  void aTopLevelThatNobodyHoldsIsStillOverdue() {
    release();
    says("{\"method\":\"Debugger.paused\",\"params\":{\"callFrames\":[{\"functionName\":\"f\"}]}}");
    house.steps.pass(LONGER_THAN_A_START);
    assertThat(house.status("a").state()).isEqualTo(ServiceState.STARTING);

    says("{\"method\":\"Debugger.resumed\"}");
    house.steps.pass(LONGER_THAN_A_START);
    assertThat(house.cause("a")).contains(new ExitCause.Overdue(ExitCause.Phase.START, House.LIMITS.start()));
    assertThat(debugger.heard).last().isEqualTo("closed: the service has ended");
  }

  @Test
  void noCodeRunsWhoseDependencyIsLostMeanwhile() {
    house.dies("base");
    house.steps.run();

    assertThat(inspector.connected(debugger)).isTrue();
    inspector.said(debugger, "{\"id\":1,\"method\":\"Runtime.runIfWaitingForDebugger\"}");
    house.steps.run();
    assertThat(house.workers.of("a").hasCode()).isFalse();
    assertThat(house.status("a").state()).isEqualTo(ServiceState.CLOSED);
  }

  @Test
  void codeGoesOnWhenNobodyIsLetInAnyMore() {
    inspector.close();
    house.steps.run();

    assertThat(house.workers.of("a").hasCode()).isTrue();
  }
}
