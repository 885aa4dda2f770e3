package ringfence.host.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogLineTest {

  @Test
  void writesPlainValuesAsTheyAre() {
    assertThat(new LogLine("transition").with("service", "a").with("incarnation", 2))
        .hasToString("transition service=a incarnation=2");
  }

  @Test
  void escapesWhatAGuestCouldForgeLinesWith() {
    assertThat(new LogLine("x").with("cause", "a\n\u001b[31m b=\"c\" \\ \u202e"))
        .hasToString("x cause=\"a\\u000a\\u001b[31m b=\\\"c\\\" \\\\ \\u202e\"");
    assertThat(new LogLine("x").with("cause", "")).hasToString("x cause=\"\"");
  }

  @Test
  void cutsLongValues() {
    assertThat(new LogLine("x").with("k", "a".repeat(600)).toString())
        .hasSizeLessThan(540)
        .endsWith("... (100 more)\"");
  }
}
