package ringfence.host.http;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.permission.IpLiteral;

/// Who may ask. Four questions, each of which is enough to be refused:
///
/// | question | keeps out |
/// |---|---|
/// | is `Host` a name of this host? | a page whose name its owner points at this machine (DNS rebinding) |
/// | is `Origin`, or `Sec-Fetch-Site`, ours if a browser sends one? | any other page that the user has open |
/// | is there the token, if one is needed? | everybody else |
/// | does a change come as `application/json`? | forms, which browsers send anywhere without asking |
///
/// Immutable.
final class Gate {
  private static final Set<String> CHANGES = Set.of("POST", "PUT", "DELETE", "PATCH");
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private final boolean loopbackOnly;
  private final Set<String> names;
  private final Optional<AccessToken> token;

  /// @param loopbackOnly whether only this machine reaches the port; otherwise any address may stand in `Host`
  /// @param names more that clients reach this host by
  Gate(boolean loopbackOnly, Set<String> names, Optional<AccessToken> token) {
    this.loopbackOnly = loopbackOnly;
    this.names = names;
    this.token = token;
  }

  /// Lets a request pass, or not.
  ///
  /// @param open whether it may come without the token
  /// @throws Problem that says which question refused it
  void check(String method, HttpFields headers, boolean open) {
    String host = host(headers);
    checkOrigin(headers, host);
    if (token.isPresent() && !open) {
      checkToken(token.get(), headers);
    }
    if (CHANGES.contains(method)) {
      checkContentType(headers);
    }
  }

  private String host(HttpFields headers) {
    List<String> hosts = headers.getValuesList("Host");
    String host = hosts.size() == 1 ? hosts.getFirst() : "";
    String name = withoutPort(host).toLowerCase(Locale.ROOT);
    if (!LOOPBACK.contains(name) && !names.contains(name) && (loopbackOnly || !isAddress(name))) {
      throw forbidden(
          "FOREIGN_HOST",
          "Host \"" + host + "\" is not this host; reach it by its address, or start it with --name");
    }
    return host;
  }

  // An address can't be pointed elsewhere, as a name can.
  private static boolean isAddress(String name) {
    if (name.startsWith("[") && name.endsWith("]")) {
      try {
        return !IpLiteral.canonicalV6(name.substring(1, name.length() - 1)).isEmpty();
      } catch (IllegalArgumentException _) {
        return false;
      }
    }
    return IpLiteral.isCanonical(name);
  }

  private static String withoutPort(String host) {
    int colon = host.lastIndexOf(':');
    return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
  }

  private static void checkOrigin(HttpFields headers, String host) {
    for (String origin : headers.getValuesList("Origin")) {
      if (!origin.equalsIgnoreCase("http://" + host)) {
        throw forbidden(
            "FOREIGN_ORIGIN", "a page of \"" + origin + "\" may not use this host, which answers as http://" + host);
      }
    }
    @Nullable String site = headers.get("Sec-Fetch-Site");
    if (site != null && !site.equals("same-origin") && !site.equals("none")) {
      throw forbidden("FOREIGN_ORIGIN", "a page of another site may not use this host");
    }
  }

  private static void checkToken(AccessToken token, HttpFields headers) {
    List<String> given = headers.getValuesList("Authorization");
    String value = given.size() == 1 ? given.getFirst() : "";
    boolean bearer = value.regionMatches(true, 0, "Bearer ", 0, 7);
    if (!bearer || !token.matches(value.substring(7).strip())) {
      throw new Problem(
          HttpStatus.UNAUTHORIZED_401,
          "TOKEN_NEEDED",
          (bearer ? "the token is not that of this host" : "this host needs a token")
              + "; send Authorization: Bearer TOKEN (ringfence: --token-file or RINGFENCE_TOKEN)");
    }
  }

  private static void checkContentType(HttpFields headers) {
    @Nullable String type = headers.get("Content-Type");
    String bare = type == null ? "" : type.split(";", 2)[0].strip();
    if (!bare.equalsIgnoreCase("application/json")) {
      throw new Problem(
          HttpStatus.UNSUPPORTED_MEDIA_TYPE_415,
          "NOT_JSON",
          "a request that changes something needs Content-Type: application/json, not "
              + (type == null ? "none" : "\"" + type + "\""));
    }
  }

  private static Problem forbidden(String code, String detail) {
    return new Problem(HttpStatus.FORBIDDEN_403, code, detail);
  }
}
