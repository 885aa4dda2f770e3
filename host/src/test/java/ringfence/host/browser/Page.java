package ringfence.host.browser;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/// One tab: what a person sees and does, by the protocol that a browser's own tools speak.
public final class Page implements AutoCloseable {
  private static final Map<String, Integer> KEYS =
      Map.of("Tab", 9, "Enter", 13, "Escape", 27, "ArrowRight", 39, "ArrowLeft", 37);

  private final DevTools tools;

  Page(DevTools tools) {
    this.tools = tools;
    for (String domain : List.of("Page", "Runtime", "Network", "Log", "Accessibility")) {
      Map<?, ?> _ = tools.send(domain + ".enable");
    }
  }

  public void go(String address) {
    Map<?, ?> _ = tools.send("Page.navigate", "url", address);
    await("document.readyState === 'complete'");
  }

  public void size(int width, int height, boolean phone) {
    Map<?, ?> _ =
        tools.send(
            "Emulation.setDeviceMetricsOverride",
            "width", width, "height", height, "deviceScaleFactor", 1, "mobile", phone);
  }

  /// Shows the page as for somebody who prefers this, and that nothing moves.
  public void scheme(String lightOrDark) {
    Map<?, ?> _ =
        tools.send(
            "Emulation.setEmulatedMedia",
            "features",
            List.of(
                Map.of("name", "prefers-color-scheme", "value", lightOrDark),
                // What moves by itself would be another picture, or hit another button, each time.
                Map.of("name", "prefers-reduced-motion", "value", "reduce")));
  }

  /// The value of an expression, which may be a promise.
  public @Nullable Object value(String expression) {
    Map<?, ?> answer =
        tools.send("Runtime.evaluate", "expression", expression, "returnByValue", true, "awaitPromise", true);
    if (answer.get("exceptionDetails") != null) {
      throw new AssertionError(expression + ": " + answer);
    }
    return DevTools.at(answer, "result", "value");
  }

  /// The text of the first element that a selector finds; empty if there is none.
  public String text(String selector) {
    return String.valueOf(value("document.querySelector(" + quoted(selector) + ")?.textContent ?? ''"));
  }

  /// Waits until an expression is true.
  public void await(String condition) {
    Awaitility.await(condition).until(() -> Boolean.TRUE.equals(value("Boolean(" + condition + ")")));
  }

  /// Waits until there is an element with that text in it.
  public void awaitText(String selector, String text) {
    await("[...document.querySelectorAll(" + quoted(selector) + ")].some((e) => e.textContent.includes(" + quoted(text) + "))");
  }

  /// Presses the mouse where the middle of an element is, once that is to be seen and lies still.
  public void click(String selector) {
    String find =
        "(() => { const e = document.querySelector(" + quoted(selector) + "); if (!e || e.disabled) return null;"
            + " e.scrollIntoView({ block: 'center', behavior: 'instant' }); const r = e.getBoundingClientRect();"
            + " const [x, y] = [r.x + r.width / 2, r.y + r.height / 2].map(Math.round);"
            + " return e.contains(document.elementFromPoint(x, y)) ? [x, y] : null; })()";
    List<?> place =
        Awaitility.await(selector)
            .until(
                () -> value(find) instanceof List<?> first && first.equals(value(find)) ? first : List.of(),
                found -> !found.isEmpty());
    for (String kind : List.of("mousePressed", "mouseReleased")) {
      Map<?, ?> _ =
          tools.send(
              "Input.dispatchMouseEvent",
              "type", kind, "x", place.getFirst(), "y", place.getLast(), "button", "left", "clickCount", 1);
    }
  }

  public void press(String key) {
    for (String kind : List.of("rawKeyDown", "char", "keyUp")) {
      if (!kind.equals("char") || key.equals("Enter")) {
        Map<?, ?> _ =
            tools.send(
                "Input.dispatchKeyEvent",
                "type", kind, "key", key, "code", key, "windowsVirtualKeyCode", KEYS.getOrDefault(key, 0),
                "text", kind.equals("char") ? "\r" : "");
      }
    }
  }

  public void type(String text) {
    Map<?, ?> _ = tools.send("Input.insertText", "text", text);
  }

  /// Presses the tab key until an element has the focus.
  public void tabTo(String selector) {
    for (int i = 0; i < 200; i++) {
      if (Boolean.TRUE.equals(value("document.activeElement?.matches(" + quoted(selector) + ") ?? false"))) {
        return;
      }
      press("Tab");
    }
    throw new AssertionError("the tab key leads to no " + selector);
  }

  /// What went wrong in the page: uncaught errors, `console.error`, refused loads and breaches of its policy.
  public List<String> complaints() {
    List<String> complaints = new ArrayList<>();
    tools.events("Runtime.exceptionThrown").forEach(event -> complaints.add(event.toString()));
    for (Map<?, ?> event : tools.events("Runtime.consoleAPICalled")) {
      if (List.of("error", "warning", "assert").contains(String.valueOf(event.get("type")))) {
        complaints.add(event.toString());
      }
    }
    for (Map<?, ?> event : tools.events("Log.entryAdded")) {
      if (List.of("error", "warning").contains(String.valueOf(DevTools.at(event, "entry", "level")))) {
        complaints.add(String.valueOf(event.get("entry")));
      }
    }
    return complaints;
  }

  /// All addresses that the page has asked for.
  public List<String> requests() {
    return tools.events("Network.requestWillBeSent").stream()
        .map(event -> String.valueOf(DevTools.at(event, "request", "url")))
        .toList();
  }

  /// What a screen reader is told of the page: `role: name` of each node that has both.
  public List<String> spoken() {
    List<String> spoken = new ArrayList<>();
    if (tools.send("Accessibility.getFullAXTree").get("nodes") instanceof List<?> nodes) {
      for (Object each : nodes) {
        if (each instanceof Map<?, ?> node && !Boolean.TRUE.equals(node.get("ignored"))) {
          spoken.add(DevTools.at(node, "role", "value") + ": " + DevTools.at(node, "name", "value"));
        }
      }
    }
    return spoken;
  }

  /// Writes what is seen as a PNG.
  public void picture(Path file) throws IOException {
    Object data = tools.send("Page.captureScreenshot", "format", "png", "optimizeForSpeed", false).get("data");
    Files.write(file, Base64.getDecoder().decode(String.valueOf(data)));
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  @Override
  public void close() {
    tools.close();
  }
}
