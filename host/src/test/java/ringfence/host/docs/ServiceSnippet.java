package ringfence.host.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ringfence.host.ServiceDefinition;

/// The services of a JavaScript block: a comment `// NAME.js` begins one, and may say `imports: [A, B]`.
final class ServiceSnippet {
  private static final Pattern HEAD = Pattern.compile("// (?<name>[a-z]+)\\.js\\b(?<rest>.*)");
  private static final Pattern IMPORTS = Pattern.compile("imports: \\[(?<names>[^\\]]*)]");

  private ServiceSnippet() {}

  static List<ServiceDefinition> definitions(String text) {
    List<ServiceDefinition> all = new ArrayList<>();
    ServiceDefinition.Builder open = null;
    StringBuilder code = new StringBuilder();
    for (String line : text.lines().toList()) {
      Matcher head = HEAD.matcher(line);
      if (head.matches()) {
        if (open != null) {
          all.add(open.code(code.toString()).build());
        }
        code.setLength(0);
        open = ServiceDefinition.named(head.group("name"));
        Matcher imports = IMPORTS.matcher(head.group("rest"));
        if (imports.find()) {
          open.imports(imports.group("names").split(", *", -1));
        }
      }
      code.append(line).append('\n');
    }
    if (open == null) {
      throw new AssertionError("a block of JavaScript begins with a comment such as // page.js");
    }
    all.add(open.code(code.toString()).build());
    return all;
  }
}
