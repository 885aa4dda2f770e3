package ringfence.jsruntime.context;

import java.util.function.Supplier;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.SourceSection;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.protocol.ErrorReport;

/// Turns what guest code threw into plain text with places in the author's modules.
final class GuestErrors {
  private static final String FRAME = "\n    at ";
  private static final int LONGEST_NAME = 256;
  private static final int LONGEST_TEXT = 16 * 1024;
  private static final int MOST_FRAMES = 50;

  private final Supplier<ModuleSet> modules;

  /// @param modules what the author wrote
  GuestErrors(Supplier<ModuleSet> modules) {
    this.modules = modules;
  }

  /// Makes a report.
  ///
  /// @param stack what the guest says is the stack; used only when the engine knows no frame
  /// @param thrown what the engine knows, which guest code can't forge
  ErrorReport report(String name, String message, String stack, @Nullable PolyglotException thrown) {
    StringBuilder frames = new StringBuilder();
    @Nullable Place place = null;
    if (thrown != null) {
      place = place(thrown.getSourceLocation());
      int count = 0;
      for (PolyglotException.StackFrame frame : thrown.getPolyglotStackTrace()) {
        Place at = frame.isGuestFrame() ? place(frame.getSourceLocation()) : null;
        if (at == null || (count == 0 && isConstructor(frame, name)) || ++count > MOST_FRAMES) {
          continue;
        }
        // The engine names what has no name in the source with a colon, for example `:anonymous`.
        String function = frame.getRootName();
        boolean named = function != null && !function.isEmpty() && function.charAt(0) != ':';
        frames.append(frames.isEmpty() ? "    at " : FRAME)
            .append(named ? function + " (" + at + ")" : at.toString());
        // A statement's own place is wider than that of the frame it threw in.
        place = count == 1 && !thrown.isSyntaxError() ? at : place;
      }
    }
    String trace = frames.isEmpty() ? framesOf(stack) : frames.toString();
    if (place == null) {
      place = placeOf(trace);
    }
    String said = thrown != null && thrown.isSyntaxError() ? withoutCodeFrame(message) : message;
    return new ErrorReport(
        cut(name, LONGEST_NAME),
        cut(said, LONGEST_TEXT),
        cut(trace, LONGEST_TEXT),
        place == null ? "" : place.file(),
        place == null ? 0 : place.line(),
        place == null ? 0 : place.column());
  }

  /// Whether a frame is that of the error's own class, which is not where it was thrown.
  private static boolean isConstructor(PolyglotException.StackFrame frame, String name) {
    return !name.isEmpty() && name.equals(frame.getRootName());
  }

  private record Place(String file, int line, int column) {
    @Override
    public String toString() {
      return file + ":" + line + ":" + column;
    }
  }

  private @Nullable Place place(@Nullable SourceSection section) {
    if (section == null || !section.isAvailable()) {
      return null;
    }
    String path = section.getSource().getPath();
    return path != null && modules.get().isAuthored(path)
        ? new Place(path, section.getStartLine(), section.getStartColumn())
        : null;
  }

  /// The frames of a stack that came as text, for example with an error of another service.
  private static String framesOf(String stack) {
    int start = stack.indexOf(FRAME);
    return start < 0 ? "" : stack.substring(start + 1).stripTrailing();
  }

  /// The place in the first frame, `at name (file:line:column)` or `at file:line:column`.
  private @Nullable Place placeOf(String trace) {
    int end = trace.indexOf('\n');
    String frame = end < 0 ? trace : trace.substring(0, end);
    int open = Math.max(frame.lastIndexOf('('), frame.lastIndexOf(' '));
    String text = frame.substring(open + 1, frame.endsWith(")") ? frame.length() - 1 : frame.length());
    int second = text.lastIndexOf(':');
    int first = second < 1 ? -1 : text.lastIndexOf(':', second - 1);
    if (first < 1 || !modules.get().isAuthored(text.substring(0, first))) {
      return null;
    }
    try {
      return new Place(
          text.substring(0, first),
          Integer.parseInt(text.substring(first + 1, second)),
          Integer.parseInt(text.substring(second + 1)));
    } catch (NumberFormatException _) {
      return null;
    }
  }

  /// `./page.js:2:8 Expected an operand ...`, then the line and a caret: the report has fields for that.
  static String withoutCodeFrame(String message) {
    int end = message.indexOf('\n');
    String line = end < 0 ? message : message.substring(0, end);
    int space = line.indexOf(' ');
    boolean placed = space > 0 && Character.isDigit(line.charAt(space - 1)) && line.indexOf(':') < space;
    return placed ? line.substring(space + 1) : line;
  }

  private static String cut(String text, int longest) {
    return text.length() <= longest ? text : text.substring(0, longest) + "...";
  }
}
