package ringfence.sandbox.protocol;

/// One line of an HTTP message's head.
///
/// @param name as it was written; the case does not matter
/// @param value one character for each byte, as the web has it
public record HttpHeader(String name, String value) {}
