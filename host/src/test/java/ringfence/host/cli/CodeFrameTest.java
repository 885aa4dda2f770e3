package ringfence.host.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CodeFrameTest {
  @Test
  void marksTheColumnAmongTheLinesAround() {
    assertThat(CodeFrame.draw("a\nb\nfoo(;\nc\nd\ne\n", 3, 5))
        .containsExactly("  1 | a", "  2 | b", "> 3 | foo(;", "    |     ^", "  4 | c", "  5 | d");
  }

  @Test
  void keepsTheMarkUnderItsColumnBehindTabs() {
    assertThat(CodeFrame.draw("\tx", 1, 2)).containsExactly("> 1 |  x", "    |  ^");
  }

  @Test
  void cutsALongLineAroundTheColumn() {
    List<String> frame = CodeFrame.draw("x".repeat(10_000) + "!" + "y".repeat(10_000), 1, 10_001);
    assertThat(frame.getFirst().length()).isLessThan(140);
    assertThat(frame.getFirst().charAt(frame.get(1).indexOf('^'))).isEqualTo('!');
  }

  /// Attack: code that moves the terminal's cursor when it is shown.
  @Test
  void showsControlCharactersAndObeysNone() {
    assertThat(CodeFrame.draw("a\u001b[2Jb", 1, 1)).containsExactly("> 1 | a\ufffd[2Jb", "    | ^");
  }

  @Test
  void drawsNothingForALineThatIsNotThere() {
    assertThat(CodeFrame.draw("a", 2, 1)).isEmpty();
    assertThat(CodeFrame.draw("", 1, 1)).isEmpty();
  }
}
