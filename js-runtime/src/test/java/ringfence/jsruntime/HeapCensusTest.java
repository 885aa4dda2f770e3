package ringfence.jsruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ringfence.sandbox.protocol.HeapSums.Kind;
import ringfence.sandbox.protocol.HeapSums.Sum;

class HeapCensusTest {
  @ParameterizedTest
  @CsvSource({
    "[B,BYTES",
    "com.oracle.truffle.api.strings.TruffleString,BYTES",
    "[D,ARRAYS",
    "com.oracle.truffle.js.runtime.builtins.JSFunctionObject$BoundOrUnbound,FUNCTIONS",
    "com.oracle.truffle.js.runtime.builtins.JSArrayObject,OBJECTS",
    "java.lang.Double,NUMBERS",
    "com.oracle.truffle.api.object.ShapeBasic,ENGINE",
    "[Lcom.oracle.truffle.api.nodes.Node;,ENGINE",
    "java.util.HashMap$Node,JVM"
  })
  void knowsWhatClassesAreToAScript(String name, Kind kind) {
    assertThat(HeapCensus.kind(name)).isEqualTo(kind);
  }

  @Test
  void readsTheJvmsTable() {
    Map<Kind, Sum> sums = new EnumMap<>(Kind.class);
    """
     num     #instances         #bytes  class name (module)
    -------------------------------------------------------
       1:         19441       22064736  [B (java.base@25.0.3)
       2:             3             72  java.lang.String (java.base@25.0.3)
      10:             1             16  java.lang.Object (java.base@25.0.3)
    Total         91064       27248824
    """
        .lines()
        .forEach(line -> HeapCensus.count(line, sums));
    assertThat(sums).containsOnly(Map.entry(Kind.BYTES, new Sum(19_444, 22_064_808)), Map.entry(Kind.JVM, new Sum(1, 16)));
  }
}
