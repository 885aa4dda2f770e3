package ringfence.sandbox.permission;

/// Whether a service may do what it wants.
public sealed interface Decision {
  /// It may.
  record Granted() implements Decision {}

  /// It may not.
  ///
  /// @param permission the key under `permissions`
  /// @param resource what it wanted, in its own words
  /// @param reason who may not do what
  /// @param cure the line that would grant it, such as `permissions.read: ["data"]`; empty if none would
  record Denied(String permission, String resource, String reason, String cure) implements Decision {
    /// One sentence: the reason, and what would grant it.
    public String sentence() {
      return cure.isEmpty() ? reason : reason + "; grant it with " + cure;
    }
  }

  /// What is not granted is denied.
  static Denied denied(String service, AccessRequest request) {
    return new Denied(
        request.permission(),
        request.resource(),
        "service \"" + service + "\" may not " + request.wish(),
        "permissions." + request.permission() + ": " + request.grant());
  }

  /// Denied although a grant covers it, for a reason that no grant changes.
  static Denied refused(String service, AccessRequest request, String why) {
    return new Denied(
        request.permission(),
        request.resource(),
        "service \"" + service + "\" may not " + request.wish() + ": " + why,
        "");
  }
}
