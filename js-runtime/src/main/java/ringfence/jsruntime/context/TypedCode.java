package ringfence.jsruntime.context;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What somebody types, in the forms in which it may be code; the first that is some is meant.
///
/// @param waits whether its value is what is awaited
record TypedCode(List<String> forms, boolean waits) {
  private static final Pattern AWAIT = Pattern.compile("\\bawait\\b");
  private static final Pattern VARIABLE =
      Pattern.compile("\\s*(?:let|const|var)\\s+(?<name>[\\p{L}_$][\\p{L}\\p{N}_$]*)\\s*=(?!=)(?<value>.*)", Pattern.DOTALL);
  private static final Pattern DECLARED =
      Pattern.compile("\\s*(?:(?:async\\s+)?function\\s*\\*?|class)\\s+(?<name>[\\p{L}_$][\\p{L}\\p{N}_$]*).*", Pattern.DOTALL);
  private static final Pattern END = Pattern.compile("[;\\s]*$");

  /// Reads it. Lines stay as they are.
  static TypedCode of(String text) {
    String code = kept(text);
    if (AWAIT.matcher(code).find()) {
      return new TypedCode(
          List.of("(async () => (" + END.matcher(code).replaceFirst("") + "\n))()", "(async () => {" + code + "\n})()"), true);
    }
    // Braces are those of an object rather than of a block.
    return code.stripLeading().startsWith("{")
        ? new TypedCode(List.of("(" + END.matcher(code).replaceFirst("") + "\n)", code), false)
        : new TypedCode(List.of(code), false);
  }

  /// A name that is declared would be gone with the code that declares it, so it becomes one of the global's.
  private static String kept(String code) {
    Matcher variable = VARIABLE.matcher(code);
    if (variable.matches()) {
      return "globalThis." + variable.group("name") + " =" + variable.group("value");
    }
    Matcher declared = DECLARED.matcher(code);
    return declared.matches() ? "globalThis." + declared.group("name") + " = " + code : code;
  }
}
