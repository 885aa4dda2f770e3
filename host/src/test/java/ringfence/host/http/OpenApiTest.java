package ringfence.host.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import ringfence.host.json.Json;

/// The document that describes the API, held against the API.
class OpenApiTest {
  private static final Pattern REFERENCE = Pattern.compile("\"\\$ref\": \"#/components/([^/\"]+)/([^\"]+)\"");

  private static Map<?, ?> at(Map<?, ?> object, String... keys) {
    Map<?, ?> found = object;
    for (String key : keys) {
      found = found.get(key) instanceof Map<?, ?> next ? next : Map.of();
    }
    return found;
  }

  private static List<String> names(Map<?, ?> object) {
    assertThat(object).isNotEmpty();
    return object.keySet().stream().map(String::valueOf).toList();
  }

  /// The files of the dashboard are for browsers alone.
  private static Stream<Routes.Route> described(ApiUnderTest api) {
    return api.server.routes().stream()
        .filter(route -> !route.pattern().equals("/") && !route.pattern().startsWith("/page/"));
  }

  @Test
  void describesEachRouteAndNoOther() throws IOException {
    try (ApiUnderTest api = ApiUnderTest.open()) {
      Map<?, ?> document = Json.readObject(api.get("/api/openapi.json").body());
      List<String> described = new ArrayList<>();
      List<String> open = new ArrayList<>();
      at(document, "paths")
          .forEach(
              (path, operations) ->
                  ((Map<?, ?>) operations)
                      .forEach(
                          (method, operation) -> {
                            String route = String.valueOf(method).toUpperCase(Locale.ROOT) + " " + path;
                            described.add(route);
                            if (List.of().equals(((Map<?, ?>) operation).get("security"))) {
                              open.add(route);
                            }
                          }));

      assertThat(described)
          .containsExactlyInAnyOrderElementsOf(
              described(api).map(route -> route.method() + " " + route.pattern()).toList());
      assertThat(open)
          .containsExactlyInAnyOrderElementsOf(
              described(api)
                  .filter(Routes.Route::open)
                  .map(route -> route.method() + " " + route.pattern())
                  .toList());
    }
  }

  @Test
  void describesEachFieldOfAService() throws IOException {
    try (ApiUnderTest api = ApiUnderTest.open()) {
      api.post("/api/services", "{\"name\":\"bad\",\"code\":\"throw 1\"}");
      Map<?, ?> schemas = at(Json.readObject(HostRoutes.openApi()), "components", "schemas");

      Map<?, ?> service = api.get("/api/services/bad").object();
      assertThat(names(at(schemas, "Service", "properties"))).containsAll(names(service));
      assertThat(names(at(schemas, "Cause", "properties"))).containsAll(names(at(service, "cause")));
      assertThat(names(at(schemas, "GuestError", "properties"))).containsAll(names(at(service, "cause", "error")));
      assertThat(at(schemas, "Service").get("required"))
          .asInstanceOf(InstanceOfAssertFactories.LIST)
          .isNotEmpty()
          .allSatisfy(field -> assertThat(names(service)).contains(String.valueOf(field)));
    }
  }

  @Test
  void itsReferencesLeadSomewhere() throws IOException {
    Map<?, ?> components = at(Json.readObject(HostRoutes.openApi()), "components");

    assertThat(REFERENCE.matcher(HostRoutes.openApi()).results())
        .isNotEmpty()
        .allSatisfy(found -> assertThat(at(components, found.group(1), found.group(2))).isNotEmpty());
  }
}
