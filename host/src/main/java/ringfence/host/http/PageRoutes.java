package ringfence.host.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.jetty.http.HttpStatus;
import ringfence.sandbox.protocol.HttpHeader;

/// The dashboard: a page that asks the API as any client does. Its files hold no secret and are served without the token,
/// which the page asks its user for.
///
/// What services are called, write and throw is hostile, so the page makes text of it and nothing else; if it failed to,
/// the policy below would still let no script run that is not a file of ours, and nothing be sent elsewhere.
final class PageRoutes {
  static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final String HTML = "text/html; charset=utf-8";
  private static final Map<String, String> TYPES =
      Map.of("js", "text/javascript; charset=utf-8", "css", "text/css; charset=utf-8", "svg", "image/svg+xml");

  private static final Set<String> FILES =
      Set.of(
          "style.css", "icon.svg", "main.js", "api.js", "act.js", "chart.js", "detail.js", "format.js", "graph.js",
          "history.js", "layout.js", "logs.js");

  private final Map<String, String> texts = new TreeMap<>();

  PageRoutes() {
    for (String file : FILES) {
      texts.put(file, text(file));
    }
  }

  List<Routes.Route> routes() {
    String index = text("index.html");
    List<Routes.Route> routes = new ArrayList<>();
    routes.add(Routes.Route.open("GET", "/", (exchange, _) -> reply(exchange, HTML, index)));
    texts.forEach(
        (file, text) ->
            routes.add(
                Routes.Route.open(
                    "GET",
                    "/page/" + file,
                    (exchange, _) -> reply(exchange, TYPES.getOrDefault(file.substring(file.indexOf('.') + 1), HTML), text))));
    return routes;
  }

  private static void reply(Exchange exchange, String type, String text) throws IOException, InterruptedException {
    exchange.reply(
        HttpStatus.OK_200,
        type,
        text,
        new HttpHeader("Content-Security-Policy", POLICY),
        new HttpHeader("Cross-Origin-Opener-Policy", "same-origin"),
        new HttpHeader("Cross-Origin-Resource-Policy", "same-origin"),
        new HttpHeader("Referrer-Policy", "no-referrer"));
  }

  private static String text(String file) {
    try (InputStream in = PageRoutes.class.getResourceAsStream("page/" + file)) {
      if (in == null) {
        throw new IllegalStateException("page/" + file + " is missing in the host's jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
