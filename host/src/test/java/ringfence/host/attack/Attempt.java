package ringfence.host.attack;

/// What became of one attempt.
///
/// @param refusal the words that its refusal must contain
/// @param succeeded whether it got what it wants
/// @param said what was thrown, or `nothing gained`
record Attempt(String name, String refusal, boolean succeeded, String said) {}
