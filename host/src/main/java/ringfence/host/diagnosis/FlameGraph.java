package ringfence.host.diagnosis;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import ringfence.sandbox.protocol.CallTree.Place;

/// Draws a profile: who calls is below, who is called above, and each box is as wide as the time in it. The names are a
/// guest's: they become text, whatever they say.
final class FlameGraph {
  private static final int WIDTH = 1200;
  private static final int ROW = 17;
  private static final int HEAD = 48;

  /// Of the font, which has one width for all.
  private static final double CHARACTER = 6.7;

  /// A narrower box is no use to anybody, and there may be very many.
  private static final double NARROWEST = 0.5;

  private final CpuProfile profile;
  private final long[] micros;
  private final int rows;
  private final StringBuilder out = new StringBuilder(64 << 10);

  FlameGraph(CpuProfile profile) {
    this.profile = profile;
    this.micros = profile.wholeMicros();
    this.rows = depth(0, 1);
  }

  /// The picture as a document.
  String svg() {
    int height = HEAD + rows * ROW + ROW;
    out.append(
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" \
        font-family="monospace" font-size="11">
        <rect width="100%%" height="100%%" fill="#fff"/>
        """
            .formatted(WIDTH, height));
    out.append("<text x=\"8\" y=\"18\" font-size=\"15\">").append(text(profile.service())).append("</text>\n");
    out.append("<text x=\"8\" y=\"36\" fill=\"#555\">")
        .append(
            String.format(
                Locale.ROOT,
                "%.2f s of work in %.2f s; the rest, in which it waited, is left out",
                profile.busyMicros() / 1e6,
                profile.time().toNanos() / 1e9))
        .append("</text>\n");
    if (micros[0] > 0) {
      box(0, 0, 0);
    }
    return out.append("</svg>\n").toString();
  }

  private double width(int node) {
    return micros[0] == 0 ? 0 : (double) micros[node] / micros[0] * WIDTH;
  }

  private int depth(int node, int above) {
    int deepest = above;
    for (int child : profile.children(node)) {
      if (width(child) >= NARROWEST) {
        deepest = Math.max(deepest, depth(child, above + 1));
      }
    }
    return deepest;
  }

  private void box(int node, double x, int row) {
    double width = width(node);
    int y = HEAD + (rows - 1 - row) * ROW;
    Place place = profile.place(node);
    String name = node == 0 ? "all" : place.function().isEmpty() ? "(anonymous)" : place.function();
    String where = place.file().isEmpty() ? "" : " " + place.file() + ":" + place.line();
    out.append("<g><title>")
        .append(
            text(
                String.format(
                    Locale.ROOT, "%s%s: %.3f s, %.1f %%", name, where, micros[node] / 1e6, micros[node] * 100.0 / micros[0])))
        .append("</title>")
        .append(
            String.format(
                Locale.ROOT,
                "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\" rx=\"1\"/>",
                x, y, Math.max(0.1, width - 0.5), ROW - 1, colour(place)));
    int characters = (int) ((width - 6) / CHARACTER);
    if (characters >= 3) {
      out.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%d\">", x + 3, y + 12))
          .append(text(shortened(name, characters)))
          .append("</text>");
    }
    out.append("</g>\n");
    List<Integer> children =
        profile.children(node).stream()
            .filter(child -> width(child) >= NARROWEST)
            .sorted(Comparator.comparing(child -> profile.place(child).function()))
            .toList();
    double at = x;
    for (int child : children) {
      box(child, at, row + 1);
      at += width(child);
    }
  }

  /// The functions of a module look alike, and built-in ones are grey.
  private static String colour(Place place) {
    if (place.file().isEmpty()) {
      return "#d0d0d0";
    }
    return "hsl(%d,80%%,%d%%)"
        .formatted(
            Math.floorMod(place.file().hashCode() * 37, 60),
            62 + Math.floorMod(place.function().hashCode(), 12));
  }

  private static String shortened(String name, int most) {
    return name.length() <= most ? name : name.substring(0, most - 2) + "..";
  }

  /// Text of a guest's, as XML that is only text. What XML can't hold, what no one sees and what turns the direction of
  /// writing becomes a replacement character.
  static String text(String guest) {
    StringBuilder safe = new StringBuilder(guest.length() + 16);
    guest
        .codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '&' -> safe.append("&amp;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> safe.appendCodePoint(isShown(c) ? c : 0xfffd);
              }
            });
    return safe.toString();
  }

  private static boolean isShown(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
          false;
      // U+FFFE and U+FFFF are no characters of XML.
      default -> (c & 0xfffe) != 0xfffe;
    };
  }
}
