package ringfence.host.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import ringfence.host.ServiceDefinition;
import ringfence.host.cli.AuditedRequests.Outcome;
import ringfence.host.cli.AuditedRequests.Wish;
import ringfence.host.graph.NearestName;

/// The least grants that let pass what an audit log says was asked for, as YAML that can be pasted into a manifest.
/// Pure.
///
/// What was refused is suggested too, and marked: a service may have asked for what it should never get. All words
/// of a service are quoted, so that none of them becomes YAML or moves a terminal.
///
/// @param source of the audit log, as the user named it
/// @param manifest services that are granted something already; empty if nothing is known of them
record Suggestion(String source, AuditedRequests audited, List<ServiceDefinition> manifest) {
  private static final Pattern COUNT = Pattern.compile("permissions\\.(?:create|threads): (\\d{1,9})");
  private static final String REFUSED = "was refused";

  /// One line of a list of grants.
  ///
  /// @param remark why it is there; empty if it was simply asked for
  record Item(String text, String remark) {}

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "# The least grants for what %s asks for: %d requests, %d of them refused."
            .formatted(Quote.yaml(source), audited.requests(), audited.denied()));
    lines.add("# Read before you paste: each line opens a door. env, eval and hrtime are granted without being asked for,");
    lines.add("# so no log tells whether they are used.");
    if (audited.unreadable() > 0) {
      lines.add("# " + audited.unreadable() + " lines could not be read, and are left out.");
    }
    Map<String, ServiceDefinition> known =
        manifest.stream().collect(Collectors.toMap(d -> d.name().value(), Function.identity()));
    lines.add(audited.services().isEmpty() ? "# Nothing was asked for." : "services:");
    audited
        .services()
        .forEach((name, wishes) -> lines.addAll(service(name, wishes, known.get(name), known)));
    for (ServiceDefinition definition : manifest) {
      if (!audited.services().containsKey(definition.name().value())) {
        UnusedGrants.of(definition, List.of())
            .forEach(unused -> lines.add("# never used: " + definition.name() + " " + Quote.plain(unused)));
      }
    }
    return lines;
  }

  private List<String> service(
      String name,
      SequencedMap<Wish, Outcome> wishes,
      @Nullable ServiceDefinition definition,
      Map<String, ServiceDefinition> known) {
    List<String> lines = new ArrayList<>();
    if (definition == null && !known.isEmpty()) {
      lines.add(
          "  # the manifest has no service %s%s"
              .formatted(
                  Quote.yaml(name),
                  NearestName.of(name, known.keySet())
                      .map(near -> "; did you mean \"" + near + "\"?")
                      .orElse("")));
    }
    lines.add("  " + Quote.key(name) + ":");
    List<String> grants = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    for (String permission : List.of("read", "write", "net", "listen", "create", "threads")) {
      SequencedMap<String, Outcome> asked = of(permission, wishes);
      SequencedMap<String, Outcome> helped = new LinkedHashMap<>();
      asked.forEach(
          (resource, outcome) -> {
            if (outcome.isBeyondGrants()) {
              notes.add("no grant allows: " + permission + " " + Quote.yaml(resource));
            } else {
              helped.put(resource, outcome);
            }
          });
      if (helped.isEmpty()) {
        continue;
      }
      switch (permission) {
        case "read", "write" -> list(grants, permission, new FileGrants(definition).items(helped, notes));
        case "net", "listen" -> list(grants, permission, asked(helped));
        default -> grants.add("      " + permission + ": " + count(permission, helped, definition));
      }
    }
    lines.add(grants.isEmpty() ? "    permissions: {}" : "    permissions:");
    lines.addAll(grants);
    if (definition != null) {
      UnusedGrants.of(definition, wishes.keySet()).forEach(unused -> notes.add("never used: " + Quote.plain(unused)));
    }
    notes.forEach(note -> lines.add("      # " + note));
    return lines;
  }

  private static SequencedMap<String, Outcome> of(String permission, Map<Wish, Outcome> wishes) {
    SequencedMap<String, Outcome> found = new LinkedHashMap<>();
    wishes.forEach(
        (wish, outcome) -> {
          if (wish.permission().equals(permission)) {
            found.put(wish.resource(), outcome);
          }
        });
    return found;
  }

  private static List<Item> asked(Map<String, Outcome> helped) {
    return helped.entrySet().stream()
        .map(entry -> new Item(entry.getKey(), remark(entry.getValue())))
        .toList();
  }

  static String remark(Outcome outcome) {
    return outcome.refused() ? REFUSED : "";
  }

  private static void list(List<String> grants, String permission, List<Item> items) {
    if (!items.isEmpty()) {
      grants.add("      " + permission + ":");
      items.forEach(
          item ->
              grants.add(
                  "        - "
                      + Quote.yaml(item.text())
                      + (item.remark().isEmpty() ? "" : "   # " + item.remark())));
    }
  }

  /// A log tells who was created, not how many lived at once; a refusal tells the number that it needed.
  private static String count(
      String permission,
      Map<String, Outcome> helped,
      @Nullable ServiceDefinition definition) {
    int refused =
        helped.values().stream()
            .map(outcome -> COUNT.matcher(outcome.cure()))
            .filter(Matcher::matches)
            .mapToInt(cure -> Integer.parseInt(cure.group(1)))
            .max()
            .orElse(0);
    if (refused > 0) {
      return refused + "   # " + REFUSED;
    }
    int granted =
        definition == null
            ? Integer.MAX_VALUE
            : permission.equals("create")
                ? definition.permissions().children()
                : definition.permissions().threads();
    int most = Math.max(1, Math.min(granted, helped.size()));
    return most + "   # at most: the log does not tell how many there were at once";
  }
}
