package ringfence.host.http;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpStatus;
import ringfence.sandbox.protocol.HttpHeader;

/// Which request is answered by what. Immutable.
final class Routes {
  private final List<Route> all;

  /// Answers a request.
  @FunctionalInterface
  interface Action {
    /// Answers it, or throws what says why not.
    ///
    /// @param values of the path's `{...}`, in order
    void answer(Exchange exchange, List<String> values) throws IOException, InterruptedException;
  }

  /// @param pattern a path, with `{name}` for a part that may be anything
  /// @param open whether it is answered without the token
  record Route(String method, String pattern, boolean open, Action action) {
    static Route of(String method, String pattern, Action action) {
      return new Route(method, pattern, false, action);
    }

    static Route open(String method, String pattern, Action action) {
      return new Route(method, pattern, true, action);
    }

    private Optional<List<String>> match(String[] path) {
      String[] parts = pattern.split("/", -1);
      if (parts.length != path.length) {
        return Optional.empty();
      }
      List<String> values = new ArrayList<>();
      for (int i = 0; i < parts.length; i++) {
        if (parts[i].startsWith("{")) {
          values.add(decoded(path[i]));
        } else if (!parts[i].equals(path[i])) {
          return Optional.empty();
        }
      }
      return Optional.of(values);
    }

    private static String decoded(String part) {
      try {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        throw Problem.badRequest("\"" + part + "\" in the path is not percent-encoded as it should: " + e.getMessage());
      }
    }
  }

  /// A route, and what stands in the path for its `{...}`.
  record Match(Route route, List<String> values) {}

  Routes(List<Route> all) {
    this.all = List.copyOf(all);
  }

  List<Route> all() {
    return all;
  }

  /// The route of a request, if there is one.
  Optional<Match> find(String method, String path) {
    String[] parts = path.split("/", -1);
    for (Route route : all) {
      if (route.method.equals(method)) {
        Optional<List<String>> values = route.match(parts);
        if (values.isPresent()) {
          return Optional.of(new Match(route, values.get()));
        }
      }
    }
    return Optional.empty();
  }

  /// Refuses a request that has no route.
  void refuse(Exchange exchange) throws IOException, InterruptedException {
    String[] parts = exchange.path().split("/", -1);
    String allowed =
        all.stream()
            .filter(route -> route.match(parts).isPresent())
            .map(Route::method)
            .distinct()
            .collect(Collectors.joining(", "));
    if (allowed.isEmpty()) {
      exchange.fail(
          new Problem(
              HttpStatus.NOT_FOUND_404, "NO_SUCH_PATH", exchange.path() + " is not here; /api/openapi.json lists what is"));
    } else {
      exchange.fail(
          new Problem(
              HttpStatus.METHOD_NOT_ALLOWED_405,
              "WRONG_METHOD",
              exchange.method() + " is not for " + exchange.path() + "; " + allowed + " is"),
          new HttpHeader("Allow", allowed));
    }
  }
}
