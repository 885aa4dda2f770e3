package ringfence.sandbox.link;

/// The streams that go along with one message, in the order in which its value holds them.
///
/// @param first key of the first one, from 1; the others' keys follow it; 0 if there are none
/// @param directions a letter for each, as their user sees it: `o` for one whose items go out, `i` for one whose
///     items come in
public record StreamBlock(int first, String directions) {
  public static final StreamBlock NONE = new StreamBlock(0, "");

  public static final char OUT = 'o';
  public static final char IN = 'i';

  public int size() {
    return directions.length();
  }
}
