package ringfence.sandbox.policy;

/// How strong the walls must be, from the weakest to the strongest. The names are those of
/// `org.graalvm.polyglot.SandboxPolicy`.
public enum SandboxLevel {
  TRUSTED,
  CONSTRAINED,
  ISOLATED,
  UNTRUSTED
}
