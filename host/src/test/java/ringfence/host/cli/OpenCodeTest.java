package ringfence.host.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenCodeTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "f(", "[1, {", "function f() {\n", "`a", "`a ${b", "`a ${`c` + {", "/* a", "(/* ) */", "(// )", "(')'", "(\"\\\")\"", "(\n\n1", "`"
      })
  void isOpen(String code) {
    assertThat(OpenCode.isOpen(code)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "1", "f()", "[1, {}]", "`a`", "`a ${b} c`", "`${`${1}`}`", "`\\`${{}}`", "'('", "\"\\\"(\"", "// (", "/* ( */ 1",
        "a / b", "f(\n\n", ")\n\n", "'(\n\n", "/"
      })
  void isWhole(String code) {
    assertThat(OpenCode.isOpen(code)).isFalse();
  }
}
