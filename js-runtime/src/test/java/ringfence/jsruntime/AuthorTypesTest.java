package ringfence.jsruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import ringfence.sandbox.protocol.BrokerMessage.BrokerReply;

/// Holds the types for authors, which the host ships, to what a running service finds: the same names, no more, no fewer.
class AuthorTypesTest {
  private static final Path TYPES = Path.of("../host/src/main/resources/ringfence/host/cli/ringfence.d.ts");
  private static final Path SERVICE = Path.of("src/main/resources/ringfence/jsruntime/prelude/service.js");
  private static final Pattern MEMBER = Pattern.compile("^    (?:readonly )?(\\w+)\\??[:(<]", Pattern.MULTILINE);

  @Test
  void theServiceItsCallerAndAChildHaveTheMembersOfTheirTypes() throws IOException {
    try (var service =
            ServiceUnderTest.of(
                """
                export const members = () => [Object.keys(service).join(" "), Object.keys(service.caller).join(" ")];
                setTimeout(async () => {
                  const child = await service.create({ name: "page-part", code: "" });
                  console.log(Object.keys(child).join(" "));
                }, 0);
                """);
        var other =
            ServiceUnderTest.named("other")
                .module("other.js", "for (const line of await service.imports.page.members()) console.log(line);")) {
      other.importsService(service);
      service.start();
      service.tell(new BrokerReply(service.awaitCall().id()));
      ServiceUnderTest.await(() -> assertThat(service.output()).hasSize(1));
      other.start();
      ServiceUnderTest.await(() -> assertThat(other.output()).as(() -> "errors: " + other.errors()).hasSize(2));

      assertThat(declared("Service")).isEqualTo(words(other.output().getFirst()));
      assertThat(declared("Caller")).isEqualTo(words(other.output().getLast()));
      assertThat(declared("Child")).isEqualTo(words(service.output().getFirst()));
    }
  }

  @Test
  void anImportHasTheMembersOfItsTypeAndTakesEveryOtherNameForAnExport() throws IOException {
    // The handle answers to any name; a function of its own has no `with`.
    String names = String.join("\", \"", list("RESERVED")) + "\", \"state\", \"increment";
    try (var counter = ServiceUnderTest.named("counter").module("counter.js", "export const increment = () => 1;");
        var page =
            ServiceUnderTest.of(
                """
                import counter from "service:counter";
                const own = (name) => counter[name] !== undefined && counter[name].with === undefined;
                console.log(["%s"].filter(own).join(" "));
                console.log(Object.getOwnPropertyNames(counter.increment).filter((name) => !["length", "name"].includes(name)).join(" "));
                """
                    .formatted(names))) {
      page.importsService(counter);
      counter.start().awaitRunning();
      page.start();
      ServiceUnderTest.await(() -> assertThat(page.output()).as(() -> "errors: " + page.errors()).hasSize(2));

      assertThat(declared("ImportHandle")).isEqualTo(words(page.output().getFirst()));
      // Beside it stands the call itself, which has no name.
      assertThat(declared("RemoteFunction")).isEqualTo(words(page.output().getLast()));
    }
  }

  @Test
  void theEventsOfAnImportAreThoseThatCanNotBeEmitted() throws IOException {
    assertThat(declared("OwnEvents")).isEqualTo(list("OWN_EVENTS"));
  }

  /// The names of an interface's members; they stand alone at the start of their lines.
  private static Set<String> declared(String name) throws IOException {
    String text = Files.readString(TYPES);
    Matcher body =
        Pattern.compile("^  interface " + name + "(?:<.*>)? \\{\n(.*?)^  \\}", Pattern.MULTILINE | Pattern.DOTALL).matcher(text);
    assertThat(body.find()).as("interface %s in %s", name, TYPES).isTrue();
    Set<String> names = new TreeSet<>();
    Matcher member = MEMBER.matcher(body.group(1));
    while (member.find()) {
      names.add(member.group(1));
    }
    assertThat(names).isNotEmpty();
    return names;
  }

  /// A constant of the prelude that is a list of names.
  private static Set<String> list(String name) throws IOException {
    Matcher found = Pattern.compile("const " + name + " = \\[\"(.*?)\"\\];").matcher(Files.readString(SERVICE));
    assertThat(found.find()).as("%s in %s", name, SERVICE).isTrue();
    return words(found.group(1).replace("\", \"", " "));
  }

  private static Set<String> words(String text) {
    return new TreeSet<>(List.of(text.split(" ", -1)));
  }
}
