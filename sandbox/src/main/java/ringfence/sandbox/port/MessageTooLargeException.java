package ringfence.sandbox.port;

import java.io.Serial;

/// A message that the port can never send. Nothing was sent.
public final class MessageTooLargeException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public MessageTooLargeException(long bytes, int maxBytes) {
    super(
        "message of "
            + bytes
            + " bytes is over the port's limit of "
            + maxBytes
            + " bytes; send it in pieces or raise the limit of both ends");
  }
}
