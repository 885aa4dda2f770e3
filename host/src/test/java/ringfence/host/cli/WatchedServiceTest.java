package ringfence.host.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import ringfence.host.json.Json;

/// What `top` makes of two answers of a host, and how it shows that.
class WatchedServiceTest {
  private static Map<?, ?> answer(String at, int cpuMillis, int returned, int threw, int lines, String answers) throws IOException {
    return Json.readObject(
        """
        {"at":"2026-01-01T00:00:%s.000Z","answerBoundsSeconds":[0.001,0.01],
         "services":[
           {"status":{"name":"stock","state":"running","residentBytes":157286400,"heapBytes":48,"heapLimitBytes":64},
            "totals":{"cpuMillis":%d,"restarts":2,"uncaughtErrors":1,"outputLines":%d,"denials":3,"runningSince":"2025-12-31T22:57:00Z"}},
           {"status":{"name":"idle","state":"closed","residentBytes":0}}],
         "edges":[
           {"caller":"page","callee":"stock","callsReturned":%d,"callsThrew":%d,"answers":%s},
           {"caller":"host","callee":"stock","callsReturned":7,"callsThrew":0,"answers":[7,0,0]},
           {"caller":"stock","callee":"idle","callsReturned":9,"callsThrew":0,"eventsLost":%d,"answers":[9,0,0]}]}
        """
            .formatted(at, cpuMillis, lines, returned, threw, answers, 10 * lines));
  }

  private static List<WatchedService> twoSeconds() throws IOException {
    return WatchedService.between(
        answer("10", 1000, 100, 0, 0, "[100,0,0]"), answer("12", 1500, 196, 4, 60, "[190,10,0]"));
  }

  @Test
  void ratesAreTheDifferenceOfTwoAnswers() throws IOException {
    WatchedService stock = twoSeconds().getFirst();

    assertThat(stock.cpu()).isCloseTo(0.25, within(1e-9));
    assertThat(stock.calls()).isCloseTo(50, within(1e-9));
    assertThat(stock.errors()).isCloseTo(2, within(1e-9));
    // 90 of the last 100 took up to 1 ms and ten up to 10 ms, so the 99th is 9 tenths of the way.
    assertThat(stock.p99Seconds().orElse(0)).isCloseTo(0.001 + 0.9 * 0.009, within(1e-9));
    assertThat(stock.heap()).isCloseTo(0.75, within(1e-9));
    assertThat(stock.lines()).isCloseTo(30, within(1e-9));
    assertThat(stock.lost()).isCloseTo(300, within(1e-9));
    assertThat(stock.denials()).isEqualTo(3);
    assertThat(stock.uptime().toMinutes()).isEqualTo(63);
  }

  @Test
  void aFirstAnswerHasNoRates() throws IOException {
    WatchedService stock = WatchedService.between(Map.of(), answer("10", 1000, 100, 0, 0, "[100,0,0]")).getFirst();

    assertThat(stock.calls()).isZero();
    assertThat(stock.p99Seconds()).isEmpty();
    assertThat(stock.residentBytes()).isEqualTo(150 << 20);
  }

  @Test
  void sortsTheLargestFirstAndTheEqualByName() throws IOException {
    List<WatchedService> all = twoSeconds();
    for (TopTable.Column column : TopTable.Column.values()) {
      String first = TopTable.sorted(all, column, false).getFirst().name();
      assertThat(first).as(column.name()).isEqualTo(column == TopTable.Column.NAME || column == TopTable.Column.STATE ? "idle" : "stock");
      assertThat(TopTable.sorted(all, column, true).getFirst().name()).isNotEqualTo(first);
    }
    assertThat(TopTable.sorted(List.of(all.get(1), all.get(1)), TopTable.Column.CPU, false)).hasSize(2);
  }

  @Test
  void linesHaveColumnsAsWideAsTheyNeed() throws IOException {
    assertThat(TopTable.lines(twoSeconds()))
        .containsExactly(
            "NAME   STATE      CPU  MEMORY  HEAP  RESTARTS  CALLS/s    P99  ERRORS/s  LOST/s  LINES/s  DENIED  UPTIME",
            "stock  running  25.0%  150MiB   75%         2       50  9.1ms       2.0     300       30       3   1h03m",
            "idle   closed    0.0%       -     -         0        0      -         0       0        0       0       -");
  }
}
