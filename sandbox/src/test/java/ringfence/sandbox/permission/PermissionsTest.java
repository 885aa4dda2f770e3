package ringfence.sandbox.permission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PermissionsTest {
  private static final String REPORT = "report";
  private static final FileAccess FILES =
      FileAccess.relativeTo(Path.of("/srv/app"))
          .withRead(List.of(Path.of("data"), Path.of("/etc/hosts")))
          .withWrite(List.of(Path.of("./data/out")));

  @Test
  void nothingIsGrantedByDefault() {
    for (AccessRequest request :
        List.of(
            new AccessRequest.ReadFile("a"),
            new AccessRequest.WriteFile("a"),
            new AccessRequest.Connect("example.com", 443),
            new AccessRequest.Listen("127.0.0.1", 80),
            new AccessRequest.CreateService("report-a", 0),
            new AccessRequest.StartThread(0))) {
      assertThat(Permissions.NONE.decide(REPORT, request)).isInstanceOf(Decision.Denied.class);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/etc/passwd | service \"report\" may not read /etc/passwd; grant it with permissions.read: [\"/etc/passwd\"]",
        "a\"b | service \"report\" may not read a\"b; grant it with permissions.read: [\"a\\\"b\"]",
      })
  void aDenialSaysWhoWhatAndWhatWouldGrantIt(String path, String sentence) {
    Decision decision = Permissions.NONE.decide(REPORT, new AccessRequest.ReadFile(path));
    assertThat(((Decision.Denied) decision).sentence()).isEqualTo(sentence);
  }

  /// Attack: write lines of one's own into logs, through a name with line ends and terminal codes.
  @Test
  void aDenialStaysOnItsLine() {
    Decision decision =
        Permissions.NONE.decide(REPORT, new AccessRequest.ReadFile("a\nb\u001b[2J\u202ec\u2028" + "x".repeat(10_000)));
    String sentence = ((Decision.Denied) decision).sentence();
    assertThat(sentence).startsWith("service \"report\" may not read a\\u000ab\\u001b[2J\\u202ec\\u2028xxx");
    assertThat(sentence.length()).isLessThan(1200);
  }

  @ParameterizedTest
  @CsvSource({
    "data/a.txt, /srv/app/data, a.txt",
    "./data/../data/x/y, /srv/app/data, x/y",
    "data, /srv/app/data, ''",
    "/srv/app/data/a, /srv/app/data, a",
    "/etc/hosts, /etc/hosts, ''",
    "data/out/a, /srv/app/data, out/a",
  })
  void findsTheRootOfWhatIsGranted(String asked, Path root, String beneath) {
    assertThat(FILES.readable(asked)).contains(new FileAccess.Place(root, beneath));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", ".", "..", "/", "data/..", "data/../secret", "../app/secret", "/srv/app/database", "/etc/hosts2", "/etc",
        "/etc/hosts/../passwd", "a\0b", "data/\0", "~", "file:///srv/app/data/a"
      })
  void whatLiesOutsideIsNotReadable(String asked) {
    assertThat(FILES.readable(asked)).isEmpty();
  }

  @Test
  void writingIsNotReadingAndReadingIsNotWriting() {
    FileAccess access = FileAccess.relativeTo(Path.of("/")).withRead(List.of(Path.of("r"))).withWrite(List.of(Path.of("w")));
    assertThat(access.readable("w/a")).isEmpty();
    assertThat(access.writable("r/a")).isEmpty();
    assertThat(access.writable("w/a")).isPresent();
  }

  /// Whatever `..` and `.` are put between, what is found is beneath a granted root by its name.
  @Test
  void noNameLeadsOutOfTheRoots() {
    long seed = new Random().nextLong();
    System.out.println("PermissionsTest seed " + seed);
    Random random = new Random(seed);
    String[] parts = {"..", ".", "data", "out", "", "etc", "hosts", "srv", "app", "x", "/", "...", "..data"};
    for (int i = 0; i < 100_000; i++) {
      StringBuilder path = new StringBuilder(random.nextBoolean() ? "/" : "");
      for (int j = random.nextInt(8); j >= 0; j--) {
        path.append(parts[random.nextInt(parts.length)]).append('/');
      }
      FILES
          .readable(path.toString())
          .ifPresent(
              place -> {
                assertThat(FILES.read()).contains(place.root());
                assertThat(place.beneath()).doesNotStartWith("/");
                assertThat(place.beneath().split("/", -1)).doesNotContain("..", ".");
                Path direct = Path.of("/srv/app").resolve(path.toString()).normalize();
                assertThat(place.root().resolve(place.beneath()).normalize()).isEqualTo(direct);
              });
    }
  }

  @ParameterizedTest
  @CsvSource({
    "api.example.com:443, api.example.com, 443, true",
    "api.example.com:443, api.example.com, 80, false",
    "API.Example.COM., api.example.com, 1, true",
    "example.com, api.example.com, 443, false",
    "*.example.com, api.example.com, 443, true",
    "*.example.com, a.b.example.com, 443, true",
    "*.example.com, example.com, 443, false",
    "*.example.com, badexample.com, 443, false",
    "*:443, example.com, 443, true",
    "*:443, 10.0.0.1, 443, false",
    "10.0.0.1, 10.0.0.1, 80, true",
    "[fd00:0:0::1]:80, fd00::1, 80, true",
    "[::ffff:10.0.0.1], 10.0.0.1, 80, true",
  })
  void aGrantCoversWhatItSays(String grant, String host, int port, boolean covered) {
    assertThat(new NetworkAccess(List.of(HostGrant.parse(grant)), List.of()).mayConnect(host, port)).isEqualTo(covered);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "http://example.com", "example.com/a", "example.com:0", "example.com:65536", "example.com:http", "a b",
        "2130706433", "0x7f.1", "127.1", "0177.0.0.1", "256.0.0.1", "1.2.3", "::1", "[::1", "[::g]", "[fe80::1%eth0]",
        "*.*.com", "a.*.com", "exa\u0000mple.com", "bücher.example", "*:", "user@example.com", "1.2.3.4.5", "-a.com"
      })
  void aGrantThatCouldMeanSomethingElseIsRefused(String grant) {
    assertThatThrownBy(() -> HostGrant.parse(grant)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({"8080, 127.0.0.1:8080", "0.0.0.0:80, 0.0.0.0:80", "[::]:80, [::]:80", "0, 127.0.0.1:0"})
  void aPortAloneIsServedToThisMachineOnly(String written, String meant) {
    assertThat(ListenGrant.parse(written)).hasToString(meant);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "http", "localhost:80", "65536", "1:2:3", "[::1]", "127.1:80", "-1"})
  void aPortIsRefusedThatIsNone(String written) {
    assertThatThrownBy(() -> ListenGrant.parse(written)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void addressesHaveOneText() throws Exception {
    long seed = new Random().nextLong();
    System.out.println("PermissionsTest seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(4) == 0 ? 4 : 16];
      random.nextBytes(bytes);
      for (int j = 0; j < bytes.length; j++) {
        bytes[j] = random.nextInt(3) == 0 ? bytes[j] : 0;
      }
      InetAddress address = InetAddress.getByAddress(bytes);
      String text = IpLiteral.text(address);
      assertThat(IpLiteral.isCanonical(text)).as(text).isTrue();
      assertThat(InetAddress.getByName(text)).isEqualTo(address);
    }
    assertThat(IpLiteral.text(InetAddress.getByName("2001:db8:0:0:1:0:0:1"))).isEqualTo("2001:db8::1:0:0:1");
    assertThat(IpLiteral.text(InetAddress.getByName("0:0:0:0:0:0:0:0"))).isEqualTo("::");
  }

  @Test
  void tellsWhatAParentLacks() {
    Permissions parent =
        Permissions.NONE
            .withFiles(FILES)
            .withNetwork(new NetworkAccess(List.of(HostGrant.parse("*.example.com:443")), List.of()));
    Permissions child =
        Permissions.NONE
            .withFiles(FileAccess.relativeTo(Path.of("/srv/app")).withRead(List.of(Path.of("data/in"), Path.of("x"))))
            .withNetwork(
                new NetworkAccess(
                    List.of(HostGrant.parse("api.example.com:443"), HostGrant.parse("api.example.com")),
                    List.of(ListenGrant.parse("80"))))
            .withThreads(1);
    assertThat(parent.beyond(child))
        .containsExactly("read /srv/app/x", "net api.example.com", "listen 127.0.0.1:80", "threads 1 (of at most 0)");
    assertThat(parent.contains(parent)).isTrue();
  }
}
