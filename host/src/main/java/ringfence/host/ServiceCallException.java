package ringfence.host;

import java.io.Serial;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.value.ServiceValue;

/// A call, or a stream, ended with an error: the callee's, or one of the link's.
public final class ServiceCallException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final String name;
  private final String detail;
  private final String delivered;
  private final transient @Nullable ServiceValue thrown;

  ServiceCallException(String name, String message, String delivered, @Nullable ServiceValue thrown) {
    super(message.isEmpty() ? name : name + ": " + message);
    this.name = name;
    this.detail = message;
    this.delivered = delivered;
    this.thrown = thrown;
  }

  /// What a service has thrown.
  static ServiceCallException thrown(ServiceValue value) {
    return value instanceof ServiceValue.Fault fault
        ? new ServiceCallException(fault.name(), fault.message(), "", value)
        : new ServiceCallException("", "something that is no error was thrown: " + value, "", value);
  }

  /// The error's name as in JavaScript, for example `RangeError`, `TimeoutError` or `PeerClosedError`; empty if
  /// something was thrown that is no error.
  public String name() {
    return name;
  }

  /// The error's message, without its name.
  public String detail() {
    return detail;
  }

  /// Of a `PeerClosedError`: `no` if the service never had the call, `unknown` if it may have run it; otherwise empty.
  public String delivered() {
    return delivered;
  }

  /// What the callee threw, with its stack and fields; empty for an error of the link's.
  public Optional<ServiceValue> thrown() {
    return Optional.ofNullable(thrown);
  }
}
