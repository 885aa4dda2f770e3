package ringfence.host.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import ringfence.host.ServiceDefinition;
import ringfence.sandbox.protocol.ServiceName;

class ManifestChangeTest {
  private static final ServiceDefinition A = service("a", "1");
  private static final ServiceDefinition B = service("b", "1", "a");
  private static final ServiceDefinition C = service("c", "1", "b");
  private static final ServiceDefinition D = service("d", "1");

  @Test
  void whatChangedAndWhatImportsItStartsAgainAndTheRestStays() {
    ServiceDefinition other = service("b", "2", "a");
    ManifestChange change = change(List.of(A, B, C, D), List.of(A, other, C, D));
    assertThat(change.changed()).containsExactly(other);
    assertThat(names(change.others())).containsExactly("c");
    assertThat(change.added()).isEmpty();
    assertThat(change.removed()).isEmpty();
    // Its import too, which may have ended by itself meanwhile.
    assertThat(names(change.wanted())).containsExactlyInAnyOrder("a", "b", "c");
    assertThat(change.sentence()).isEqualTo("b changed; c starts again too");
  }

  @Test
  void newAndRemovedServicesMoveWhoeverNamesThem() {
    ServiceDefinition changed = service("c", "1", "new");
    ServiceDefinition fresh = service("new", "1", "d");
    ManifestChange change = change(List.of(A, B, C, D), List.of(D, fresh, changed));
    assertThat(change.added()).containsExactly(fresh);
    assertThat(change.changed()).containsExactly(changed);
    assertThat(names(change.removed())).containsExactly("a", "b");
    assertThat(names(change.wanted())).containsExactlyInAnyOrder("new", "c", "d");
    assertThat(change.sentence()).isEqualTo("c changed, new is new, a is gone, b is gone");
  }

  @Test
  void importsThatTurnAroundAreReplacedInTheirNewOrder() {
    ServiceDefinition under = service("b", "1");
    ServiceDefinition over = service("a", "1", "b");
    assertThat(change(List.of(A, B), List.of(under, over)).changed()).containsExactly(under, over);
  }

  private static ManifestChange change(List<ServiceDefinition> before, List<ServiceDefinition> after) {
    Map<ServiceName, ServiceDefinition> named = new LinkedHashMap<>();
    before.forEach(definition -> named.put(definition.name(), definition));
    return ManifestChange.between(named, after);
  }

  private static Stream<String> names(List<ServiceName> names) {
    return names.stream().map(ServiceName::value);
  }

  private static ServiceDefinition service(String name, String code, String... imports) {
    return ServiceDefinition.named(name).code(code).imports(imports).build();
  }
}
