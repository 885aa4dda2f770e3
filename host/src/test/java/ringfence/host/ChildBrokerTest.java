package ringfence.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import ringfence.sandbox.permission.Permissions;
import ringfence.sandbox.protocol.BrokerMessage;
import ringfence.sandbox.protocol.BrokerMessage.BrokerDenied;
import ringfence.sandbox.protocol.BrokerMessage.BrokerFailure;
import ringfence.sandbox.protocol.BrokerMessage.BrokerReply;
import ringfence.sandbox.protocol.BrokerMessage.ChildChanged;
import ringfence.sandbox.protocol.BrokerRequest.CloseChild;
import ringfence.sandbox.protocol.BrokerRequest.CreateChild;
import ringfence.sandbox.protocol.BrokerRequest.DestroyChild;
import ringfence.sandbox.protocol.BrokerRequest.StartChild;
import ringfence.sandbox.protocol.CloseReason;
import ringfence.sandbox.protocol.MalformedMessageException;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.protocol.ServiceState;

/// What the code of a run can do with services, over scripted workers.
class ChildBrokerTest {
  private final House house = new House();

  @AfterEach
  void end() {
    house.close();
  }

  private ScriptedWorkers.Scripted parent(int children) {
    house.create(House.define("page").permissions(Permissions.NONE.withChildren(children)).build());
    house.up("page");
    return house.workers.of("page");
  }

  private static String child(String name, String more) {
    return "{\"name\": \"%s\", \"code\": \"export const a = 1;\"%s}".formatted(name, more);
  }

  private long create(ScriptedWorkers.Scripted run, String name, String more) {
    long id = run.asks(new CreateChild(child(name, more)));
    house.steps.run();
    return id;
  }

  private static BrokerMessage last(ScriptedWorkers.Scripted run) {
    return run.replies.getLast();
  }

  private static String failure(ScriptedWorkers.Scripted run) {
    assertThat(last(run)).isInstanceOf(BrokerFailure.class);
    BrokerFailure failure = (BrokerFailure) last(run);
    return failure.name() + ": " + failure.message();
  }

  private static String denial(ScriptedWorkers.Scripted run) {
    assertThat(last(run)).isInstanceOf(BrokerDenied.class);
    return ((BrokerDenied) last(run)).reason();
  }

  @Test
  void makesStartsClosesAndDestroysAChildAndTellsOfItsStates() {
    ScriptedWorkers.Scripted run = parent(1);
    ServiceName child = new ServiceName("page-part");

    long made = create(run, "page-part", "");
    assertThat(run.replies).containsExactly(new BrokerReply(made));
    assertThat(house.status("page-part").parent()).contains(new ServiceName("page"));
    assertThat(house.status("page-part").imports()).containsExactly(new ServiceName("page"));

    long started = run.asks(new StartChild(child));
    house.steps.run();
    assertThat(last(run)).isEqualTo(new ChildChanged(child, ServiceState.STARTING, ""));
    house.comesUp("page-part");
    assertThat(run.replies.subList(2, 4))
        .containsExactlyInAnyOrder(
            new ChildChanged(child, ServiceState.RUNNING, ""), new BrokerReply(started));

    long closed = run.asks(new CloseChild(child));
    house.steps.run();
    house.closesAsAsked("page-part");
    assertThat(run.replies.subList(4, 7))
        .containsExactlyInAnyOrder(
            new ChildChanged(child, ServiceState.CLOSING, "it was asked to close"),
            new ChildChanged(child, ServiceState.CLOSED, "it was asked to close"),
            new BrokerReply(closed));

    long destroyed = run.asks(new DestroyChild(child));
    house.steps.run();
    assertThat(last(run)).isEqualTo(new BrokerReply(destroyed));
    assertThat(house.nodes.statuses()).hasSize(1);
  }

  @Test
  void theParentHearsWhyAChildDied() {
    ScriptedWorkers.Scripted run = parent(1);
    create(run, "page-part", "");
    run.asks(new StartChild(new ServiceName("page-part")));
    house.steps.run();
    house.comesUp("page-part");
    house.dies("page-part");

    assertThat(last(run))
        .isEqualTo(new ChildChanged(new ServiceName("page-part"), ServiceState.CLOSED, "its worker died"));
    assertThat(house.status("page").state()).isEqualTo(ServiceState.RUNNING);
  }

  @Test
  void aChildThatDoesNotStartFailsTheStart() {
    ScriptedWorkers.Scripted run = parent(1);
    create(run, "page-part", "");
    run.asks(new StartChild(new ServiceName("page-part")));
    house.steps.run();
    house.workers.of("page-part").ready();
    house.steps.run();
    house.workers.of("page-part").closed(CloseReason.START_FAILED);
    house.steps.run();

    assertThat(failure(run))
        .isEqualTo("StartFailedError: service \"page-part\" did not start: its worker could not be started");
  }

  /// Attack: create without the permission.
  @Test
  void deniesAServiceThatMayNotCreate() {
    ScriptedWorkers.Scripted run = parent(0);
    create(run, "page-part", "");

    assertThat(denial(run))
        .isEqualTo("service \"page\" may not create services; grant it with permissions.create: 1");
    assertThat(house.nodes.statuses()).hasSize(1);
  }

  /// Attack: more children than granted, through children of children too.
  @Test
  void countsAllThatComesFromAService() {
    ScriptedWorkers.Scripted run = parent(2);
    create(run, "page-a", ", \"permissions\": {\"create\": 2}");
    run.asks(new StartChild(new ServiceName("page-a")));
    house.steps.run();
    house.comesUp("page-a");
    ScriptedWorkers.Scripted first = house.workers.of("page-a");
    create(first, "page-a-b", "");
    assertThat(last(first)).isInstanceOf(BrokerReply.class);
    create(first, "page-a-c", "");
    assertThat(denial(first))
        .isEqualTo(
            "service \"page\" may not have more than 2 child services at once; grant it with permissions.create: 3");
    create(run, "page-d", "");
    assertThat(last(run)).isInstanceOf(BrokerDenied.class);

    first.asks(new DestroyChild(new ServiceName("page-a-b")));
    house.steps.run();
    create(run, "page-d", "");
    assertThat(last(run)).isInstanceOf(BrokerReply.class);
  }

  /// Attack: a child with rights that its parent lacks.
  @Test
  void aChildHasNoRightThatItsParentLacks() {
    ScriptedWorkers.Scripted run = parent(1);
    create(run, "page-part", ", \"permissions\": {\"eval\": true, \"env\": [\"HOME\"], \"create\": 2}");

    assertThat(denial(run))
        .contains("permissions.env [HOME], permissions.create 2 (of at most 1), permissions.eval");
  }

  @Test
  void limitsThatAChildDoesNotNameAreItsParents() {
    ScriptedWorkers.Scripted run = parent(1);
    create(run, "page-part", "");

    // The default heap of 128 MiB would be more than its parent's 64.
    assertThat(last(run)).isInstanceOf(BrokerReply.class);
  }

  /// Attack: find out which services there are, by the words of refusals.
  @Test
  void refusalsTellNothingOfServicesThatItCannotReach() {
    house.with("secret");
    ScriptedWorkers.Scripted run = parent(1);
    create(run, "page-part", ", \"imports\": [\"secret\"]");
    String there = denial(run);
    create(run, "page-part", ", \"imports\": [\"absent\"]");
    assertThat(denial(run)).isEqualTo(there.replace("secret", "absent"));

    create(run, "secret", "");
    there = failure(run);
    create(run, "absent", "");
    assertThat(failure(run)).isEqualTo(there.replace("secret", "absent"));

    run.asks(new StartChild(new ServiceName("secret")));
    house.steps.run();
    there = failure(run);
    run.asks(new StartChild(new ServiceName("absent")));
    house.steps.run();
    assertThat(failure(run)).isEqualTo(there.replace("secret", "absent"));
  }

  /// Attack: command a child of the service that Java code, or an earlier run, has made.
  @Test
  void aRunCommandsItsOwnChildrenOnly() {
    ScriptedWorkers.Scripted run = parent(1);
    house.nodes.createChild(new ServiceName("page"), House.define("page-java").build());
    for (var command :
        List.of(
            new StartChild(new ServiceName("page-java")),
            new CloseChild(new ServiceName("page-java")),
            new DestroyChild(new ServiceName("page-java")))) {
      run.asks(command);
      house.steps.run();
      assertThat(failure(run))
          .isEqualTo("Error: service \"page\" has no child \"page-java\"; it was destroyed, or never made");
    }
    assertThat(house.nodes.statuses()).hasSize(2);
  }

  /// Attack: start a child to keep the own service wanted, or its restart tally clear.
  @Test
  void startingAChildDoesNotStartItsParentAgain() {
    ScriptedWorkers.Scripted run = parent(1);
    create(run, "page-part", "");
    house.beginClose("page");
    run.asks(new StartChild(new ServiceName("page-part")));
    house.steps.run();
    house.closesAsAsked("page");

    assertThat(house.status("page").state()).isEqualTo(ServiceState.CLOSED);
    assertThat(house.status("page").wanted()).isFalse();
    assertThat(house.nodes.statuses()).hasSize(1);
  }

  @Test
  void aClosingServiceMakesNoChildren() {
    ScriptedWorkers.Scripted run = parent(1);
    house.beginClose("page");
    create(run, "page-part", "");

    assertThat(failure(run)).isEqualTo("Error: service \"page\" is closing and makes no children");
  }

  @Test
  void siblingsThatAChildImportsStartWithIt() {
    ScriptedWorkers.Scripted run = parent(2);
    create(run, "page-a", "");
    create(run, "page-b", ", \"imports\": [\"page-a\"]");
    run.asks(new StartChild(new ServiceName("page-b")));
    house.steps.run();
    house.comesUp("page-a");
    house.comesUp("page-b");

    assertThat(house.status("page-b").state()).isEqualTo(ServiceState.RUNNING);
    run.asks(new DestroyChild(new ServiceName("page-a")));
    house.steps.run();
    assertThat(failure(run)).contains("\"page-a\" is running; close \"page-a\" first");
  }

  @Test
  void aDefinitionThatCannotBeReadIsATypeError() {
    ScriptedWorkers.Scripted run = parent(1);
    run.asks(new CreateChild("{\"name\": \"page-part\", \"cod\": \"\"}"));

    assertThat(failure(run)).startsWith("TypeError: definition:1:").contains("did you mean \"code\"?");
  }

  /// Attack: calls without end, each of which the host must remember.
  @Test
  void endsAWorkerThatDoesNotHoldItsCallsBack() {
    ScriptedWorkers.Scripted run = parent(1);
    String large = child("page-part", ", \"args\": [\"" + "x".repeat(3 << 20) + "\"]");
    for (int i = 0; i < 5; i++) {
      run.asks(new CreateChild(large));
    }
    assertThatThrownBy(() -> run.asks(new CreateChild(large)))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("bytes without an answer, more than 16777216");

    house.steps.run();
    for (int i = 0; i < BrokerMessage.MOST_CALLS - 1; i++) {
      run.asks(new StartChild(new ServiceName("x")));
    }
    assertThatThrownBy(() -> run.asks(new StartChild(new ServiceName("x"))))
        .hasMessageContaining("more than 10000 calls without an answer");
  }
}
