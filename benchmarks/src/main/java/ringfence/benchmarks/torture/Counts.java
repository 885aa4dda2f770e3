package ringfence.benchmarks.torture;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// How often each fault is to be injected at least.
///
/// @param all what holds for those that are not named; 0 for as often as there is time
/// @param named by the ordeal's key
record Counts(long all, Map<String, Long> named) {

  /// Reads words like `20`, or `host-kill=10000`.
  ///
  /// @throws IllegalArgumentException if a word is neither, or names what is not there; the message is for the user
  static Counts parse(List<String> words) {
    long all = 0;
    Map<String, Long> named = new HashMap<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      long count = number(word, word.substring(equals + 1));
      if (equals < 0) {
        all = count;
      } else {
        named.put(known(word.substring(0, equals)), count);
      }
    }
    return new Counts(all, Map.copyOf(named));
  }

  private static long number(String word, String digits) {
    if (!digits.matches("[1-9]\\d{0,14}")) {
      throw new IllegalArgumentException("--count " + word + " must be NUMBER or NAME=NUMBER, with a number from 1 on");
    }
    return Long.parseLong(digits);
  }

  private static String known(String key) {
    if (TortureCommand.ORDEALS.stream().noneMatch(ordeal -> ordeal.key().equals(key))) {
      throw new IllegalArgumentException("--count " + key + ": there is no such name; --list prints what there is");
    }
    return key;
  }

  long of(String key) {
    return named.getOrDefault(key, all);
  }

  /// As it is typed, with a blank before; empty if there is nothing to type.
  String option() {
    List<String> words = new ArrayList<>();
    if (all > 0) {
      words.add(Long.toString(all));
    }
    named.entrySet().stream().sorted(Map.Entry.comparingByKey()).map(each -> each.getKey() + "=" + each.getValue()).forEach(words::add);
    return words.isEmpty() ? "" : words.stream().collect(Collectors.joining(",", " --count ", ""));
  }
}
