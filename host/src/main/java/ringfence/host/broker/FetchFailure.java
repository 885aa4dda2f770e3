package ringfence.host.broker;

import java.io.EOFException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.zip.ZipException;
import javax.net.ssl.SSLException;
import ringfence.sandbox.permission.AccessRequest;

/// What a guest hears of a fetch or a WebSocket that failed: what it asked for, and no address or class of the host's.
///
/// @param name of the error
/// @param code as Node has it, such as `ECONNREFUSED`
record FetchFailure(String name, String code, String message) {
  static FetchFailure of(FetchTarget target, Exception e) {
    String place = new AccessRequest.Connect(target.host(), target.port()).resource();
    return switch (e) {
      case ResponseBody.TooLargeException too ->
          new FetchFailure("MessageTooLargeError", "", String.valueOf(too.getMessage()));
      case WebSocketException broken ->
          new FetchFailure(broken.errorName(), "EPROTO", String.valueOf(broken.getMessage()));
      case UnknownHostException _ -> network("ENOTFOUND", "no address is known for " + target.host());
      case SocketTimeoutException _ -> network("ETIMEDOUT", place + " took too long to answer");
      case NoRouteToHostException _ -> network("EHOSTUNREACH", "there is no way to " + place);
      case ConnectException _ -> network("ECONNREFUSED", place + " takes no connection");
      case SSLException _ -> network("ERR_TLS", place + " could not be trusted, or does not speak TLS");
      case ZipException _ -> network("Z_DATA_ERROR", "the body from " + place + " is not encoded as it says");
      case EOFException _ -> network("ECONNRESET", place + " ended the connection too early");
      case InterruptedIOException _ -> network("ETIMEDOUT", place + " took too long to answer");
      default -> network("ECONNRESET", "the exchange with " + place + " broke off");
    };
  }

  private static FetchFailure network(String code, String message) {
    return new FetchFailure("TypeError", code, message);
  }
}
