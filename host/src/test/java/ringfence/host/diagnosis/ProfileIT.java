package ringfence.host.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.StringReader;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import ringfence.host.ErrorCode;
import ringfence.host.HostOptions;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServiceException;
import ringfence.host.ServicesManager;

/// Profiles of a real worker, whose service has no `debug`.
@Timeout(180)
class ProfileIT {
  /// Attack: a function whose name is markup and obeyed by terminals.
  private static final String CODE =
      """
      interface Sum { n: number }
      function hot(end: number): Sum {
        const sum: Sum = { n: 0 };
        while (Date.now() < end) {
          for (let i: number = 0; i < 2000; i++) sum.n += i % 7;
        }
        return sum;
      }
      const named = {
        "</script><b>\\u001b[2J": function (end: number): void { hot(end); },
      };
      export function idle(): void {}
      setInterval(() => named["</script><b>\\u001b[2J"](Date.now() + 20), 25);
      """;

  private final ServicesManager services = ServicesManager.open(HostOptions.defaults());

  @AfterEach
  void close() {
    services.close();
  }

  @Test
  void tellsWhichFunctionIsHot() throws Exception {
    services.create(ServiceDefinition.named("busy").entry("busy.ts").code(CODE).build());
    assertThatThrownBy(() -> services.profile("busy", Duration.ofSeconds(1)))
        .isInstanceOfSatisfying(ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_RUNNING))
        .hasMessage("service \"busy\" is closed; start it and ask again");
    services.start("busy");

    CpuProfile profile = services.profile("busy", Duration.ofMillis(800));

    CpuProfile.Hot hottest = profile.hottest(1).getFirst();
    assertThat(hottest.function()).isEqualTo("hot");
    assertThat(hottest.file() + ":" + hottest.line()).isEqualTo("busy.ts:2");
    assertThat(profile.hottest(100)).extracting(CpuProfile.Hot::function).doesNotContain("idle");
    assertThat(profile.time()).isGreaterThanOrEqualTo(Duration.ofMillis(700));
    isSound(new ObjectMapper().readTree(profile.cpuprofile()));
    isOnlyAPicture(profile.flameGraph());

    // One at a time; and the end of the run ends the wait for it.
    List<CompletableFuture<CpuProfile>> both =
        Stream.generate(() -> CompletableFuture.supplyAsync(() -> services.profile("busy", Duration.ofMinutes(2)))).limit(2).toList();
    assertThatThrownBy(() -> CompletableFuture.anyOf(both.toArray(CompletableFuture<?>[]::new)).join())
        .hasMessageContaining("a profile of it is being taken");
    services.close("busy");
    assertThat(both)
        .anySatisfy(unfinished -> assertThatThrownBy(unfinished::join).hasMessageContaining("service \"busy\" has ended"));
  }

  private static void isSound(JsonNode profile) {
    Set<Integer> ids = new HashSet<>();
    Set<Integer> children = new HashSet<>();
    int hits = 0;
    boolean seen = false;
    for (JsonNode node : profile.get("nodes")) {
      assertThat(ids.add(node.get("id").asInt())).isTrue();
      hits += node.get("hitCount").asInt();
      node.get("children").forEach(child -> assertThat(children.add(child.asInt())).as("one parent").isTrue());
      JsonNode frame = node.get("callFrame");
      if (frame.get("functionName").asText().equals("hot")) {
        seen = true;
        assertThat(frame.get("url").asText()).isEqualTo("file:///busy.ts");
        assertThat(frame.get("lineNumber").asInt()).as("counted from 0").isEqualTo(1);
        node.get("positionTicks").forEach(ticks -> assertThat(ticks.get("line").asInt()).isBetween(2, 8));
      }
    }
    assertThat(seen).isTrue();
    assertThat(profile.get("samples")).hasSize(hits).hasSameSizeAs(profile.get("timeDeltas"));
    profile.get("samples").forEach(sample -> assertThat(ids).contains(sample.asInt()));
    children.add(profile.get("nodes").get(0).get("id").asInt());
    assertThat(children).isEqualTo(ids);
  }

  private static void isOnlyAPicture(String svg) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
    Document document = factory.newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    Set<String> elements = new HashSet<>();
    NodeList all = document.getElementsByTagName("*");
    for (int i = 0; i < all.getLength(); i++) {
      elements.add(all.item(i).getNodeName());
    }
    assertThat(elements).containsExactlyInAnyOrder("svg", "g", "title", "rect", "text");
    assertThat(document.getDocumentElement().getTextContent())
        .contains("hot busy.ts:2: ", "</script><b>\ufffd[2J busy.ts:10: ")
        .doesNotContain("\u001b");
  }
}
