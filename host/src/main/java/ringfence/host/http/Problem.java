package ringfence.host.http;

import java.io.IOException;
import java.io.Serial;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import org.eclipse.jetty.http.HttpStatus;
import ringfence.host.ErrorCode;
import ringfence.host.ServiceCallException;
import ringfence.host.ServiceException;
import ringfence.host.StartFailedException;
import ringfence.host.json.Json;
import ringfence.host.json.ServiceJson;
import ringfence.host.manifest.ManifestException;
import ringfence.host.state.StateException;
import ringfence.sandbox.protocol.ErrorReport;
import ringfence.sandbox.value.ServiceValue;
import ringfence.sandbox.value.UnsupportedValueException;

/// A request that is answered with an error, as RFC 9457 has it: `application/problem+json`.
///
/// ```json
/// { "title": "Not Found", "status": 404, "code": "UNKNOWN_SERVICE", "detail": "service \"a\" does not exist" }
/// ```
/// What a service threw is told by `name`, `message` and `stack`, which are the guest's words.
final class Problem extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private static final System.Logger LOG = System.getLogger("ringfence.host.http");

  /// Of a guest's text, in characters.
  private static final int LONGEST_TEXT = 64 << 10;

  private final int status;
  private final String code;
  private final transient SequencedMap<String, String> more = new LinkedHashMap<>();

  Problem(int status, String code, String detail) {
    super(shortened(detail), null, false, false);
    this.status = status;
    this.code = code;
  }

  /// One more field.
  Problem with(String field, String value) {
    more.put(field, shortened(value));
    return this;
  }

  private static String shortened(String text) {
    return text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) : text;
  }

  int status() {
    return status;
  }

  String json() {
    return Json.line(
        json -> {
          String title = HttpStatus.getMessage(status);
          json.writeStringField("title", title);
          json.writeNumberField("status", status);
          json.writeStringField("code", code);
          json.writeStringField("detail", String.valueOf(getMessage()));
          for (var field : more.entrySet()) {
            json.writeStringField(field.getKey(), field.getValue());
          }
        });
  }

  /// What a failed command or call comes to.
  static Problem of(Throwable failure) {
    return switch (failure) {
      case Problem e -> e;
      case StartFailedException e -> startFailed(e);
      case ServiceException e -> new Problem(status(e.code()), e.code().name(), words(e));
      case ManifestException e -> new Problem(HttpStatus.BAD_REQUEST_400, "INVALID_DEFINITION", words(e));
      case ServiceCallException e -> called(e);
      case UnsupportedValueException e -> new Problem(HttpStatus.BAD_GATEWAY_502, "UNSUPPORTED_VALUE", words(e));
      case StateException e -> {
        LOG.log(System.Logger.Level.ERROR, "state-not-kept", e);
        yield new Problem(HttpStatus.INSUFFICIENT_STORAGE_507, "STATE_NOT_KEPT", "the host can't keep this in its state folder; its log says why");
      }
      default -> {
        LOG.log(System.Logger.Level.ERROR, "request-failed", failure);
        yield new Problem(HttpStatus.INTERNAL_SERVER_ERROR_500, "HOST_FAILED", "the host failed; its log says how");
      }
    };
  }

  private static Problem startFailed(StartFailedException e) {
    Problem problem = new Problem(HttpStatus.BAD_GATEWAY_502, e.code().name(), words(e));
    Optional<ErrorReport> error = ServiceJson.errorOf(e.exitCause());
    error.ifPresent(
        report -> {
          Problem _ =
              problem.with("name", report.name()).with("message", report.message()).with("stack", report.stack());
        });
    return problem;
  }

  private static Problem called(ServiceCallException e) {
    if (e.thrown().isPresent()) {
      Problem problem = new Problem(HttpStatus.BAD_GATEWAY_502, "SERVICE_THREW", words(e));
      problem.with("name", e.name()).with("message", e.detail());
      return e.thrown().get() instanceof ServiceValue.Fault fault ? problem.with("stack", fault.stack()) : problem;
    }
    int status =
        switch (e.name()) {
          case "TimeoutError" -> HttpStatus.GATEWAY_TIMEOUT_504;
          case "MessageTooLargeError" -> HttpStatus.PAYLOAD_TOO_LARGE_413;
          case "PeerClosedError", "BackpressureError" -> HttpStatus.SERVICE_UNAVAILABLE_503;
          default -> HttpStatus.BAD_GATEWAY_502;
        };
    Problem problem = new Problem(status, "CALL_FAILED", words(e)).with("name", e.name()).with("message", e.detail());
    return e.delivered().isEmpty() ? problem : problem.with("delivered", e.delivered());
  }

  private static int status(ErrorCode code) {
    return switch (code) {
      case INVALID_DEFINITION, INVALID_CODE -> HttpStatus.BAD_REQUEST_400;
      case UNKNOWN_SERVICE -> HttpStatus.NOT_FOUND_404;
      case DUPLICATE_NAME,
          NOT_CLOSED,
          HAS_DEPENDANTS,
          IMPORT_NOT_RUNNING,
          BEING_REPLACED,
          BEING_DESTROYED,
          PORT_NOT_OPENED,
          NOT_RUNNING,
          NEVER_STARTED ->
          HttpStatus.CONFLICT_409;
      case UNKNOWN_IMPORT, IMPORT_CYCLE, OVER_HOST_LIMIT, BEYOND_PARENT, WALL_MISSING, COMPILER_MISSING, DEBUG_NOT_ALLOWED ->
          HttpStatus.UNPROCESSABLE_ENTITY_422;
      case START_FAILED -> HttpStatus.BAD_GATEWAY_502;
      case NOT_ANSWERED -> HttpStatus.GATEWAY_TIMEOUT_504;
      case EVENTS_NOT_KEPT -> HttpStatus.GONE_410;
      case INTERRUPTED, MANAGER_CLOSED -> HttpStatus.SERVICE_UNAVAILABLE_503;
    };
  }

  private static String words(Throwable e) {
    return String.valueOf(e.getMessage());
  }

  /// A request that makes no sense.
  static Problem badRequest(String detail) {
    return new Problem(HttpStatus.BAD_REQUEST_400, "BAD_REQUEST", detail);
  }

  /// The client has gone, or is too slow to be answered.
  static final class ClientGoneException extends IOException {
    @Serial private static final long serialVersionUID = 1L;

    ClientGoneException(Throwable cause) {
      super("the client has gone", cause);
    }
  }
}
