package ringfence.jsruntime;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/// `crypto.subtle`: the vectors of the specifications, all formats, all errors.
class WebCryptoTest {
  private static final List<String> FILES = List.of("cryptovectors", "cryptopairs", "cryptoformats", "cryptoerrors");

  @TestFactory
  Stream<DynamicContainer> conforms() {
    return FILES.stream()
        .map(file -> DynamicContainer.dynamicContainer(file, WebPlatformTest.results(file, "cryptodata")));
  }
}
