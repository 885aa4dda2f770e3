package ringfence.host.diagnosis;

/// What came of code that somebody had evaluated in a service. The text is a guest's: show it, obey nothing in it.
///
/// @param threw whether the code threw, or is none
/// @param text the value, or the error with its stack, as the console would show it; some 64 Ki characters at most
public record Evaluation(boolean threw, String text) {}
