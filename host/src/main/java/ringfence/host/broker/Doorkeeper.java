package ringfence.host.broker;

import java.io.IOException;
import ringfence.sandbox.permission.AccessRequest;
import ringfence.sandbox.permission.Decision;
import ringfence.sandbox.permission.Permissions;
import ringfence.sandbox.protocol.ServiceName;

/// Decides what one run may do, and has each decision in the audit log before anybody acts on it. Thread-safe.
public final class Doorkeeper {
  private final ServiceName service;
  private final long incarnation;
  private final Permissions permissions;
  private final AuditLog audit;

  public Doorkeeper(ServiceName service, long incarnation, Permissions permissions, AuditLog audit) {
    this.service = service;
    this.incarnation = incarnation;
    this.permissions = permissions;
    this.audit = audit;
  }

  ServiceName service() {
    return service;
  }

  Permissions permissions() {
    return permissions;
  }

  /// Decides by what is granted.
  ///
  /// @throws IOException if the audit log can't be written; then nothing is allowed
  public Decision decide(AccessRequest request) throws IOException {
    Decision decision = permissions.decide(service.value(), request);
    audit.record(service, incarnation, request, decision);
    return decision;
  }

  /// Takes down a decision of another's.
  void note(AccessRequest request, Decision decision) throws IOException {
    audit.record(service, incarnation, request, decision);
  }

  /// Takes down a refusal of what the grants would allow.
  ///
  /// @param why such as `it is an address of this machine`
  public Decision.Denied refuse(AccessRequest request, String why) throws IOException {
    Decision.Denied denied = Decision.refused(service.value(), request, why);
    audit.record(service, incarnation, request, denied);
    return denied;
  }
}
