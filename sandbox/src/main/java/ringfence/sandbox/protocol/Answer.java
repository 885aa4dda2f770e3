package ringfence.sandbox.protocol;

/// What a worker answers to a [Question]. It could lie, about its own service.
public sealed interface Answer {
  /// To [Question.Profile].
  record Profiled(CallTree tree) implements Answer {}

  /// To [Question.Evaluate].
  ///
  /// @param threw whether the text is that of an error
  /// @param text the value as the console would show it; a guest's words
  record Evaluated(boolean threw, String text) implements Answer {}

  /// To [Question.Memory].
  record Summed(HeapSums sums) implements Answer {}

  /// There is nothing to tell.
  ///
  /// @param why a part of a sentence, such as "a profile of it is being taken"
  record Refused(String why) implements Answer {}
}
