package ringfence.sandbox.protocol;

/// The console's levels. WARN, ERROR and TRACE go to standard error, the others to standard output.
public enum OutputLevel {
  DEBUG,
  LOG,
  INFO,
  WARN,
  ERROR,
  TRACE;

  public boolean isStandardError() {
    return this == WARN || this == ERROR || this == TRACE;
  }
}
