package ringfence.host.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import ringfence.sandbox.file.OpenFile;
import ringfence.sandbox.permission.FileAccess;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.protocol.FileRequest;
import ringfence.sandbox.protocol.FileRequest.Removal;

/// What a worker gets of the host's files, whatever it asks for.
class FileBrokerTest {
  private static final OpenFile.Mode READ = OpenFile.Mode.READ;

  @TempDir Path temporary;
  private Path base;
  private Path auditFile;

  @BeforeEach
  void makeFiles() throws IOException {
    base = Files.createDirectory(temporary.toRealPath().resolve("app"));
    auditFile = temporary.resolve("audit");
    Files.createDirectories(base.resolve("in/sub"));
    Files.createDirectories(base.resolve("out"));
    Files.writeString(base.resolve("in/a.txt"), "read me");
    Files.writeString(base.resolve("private"), "private");
  }

  private FileAccess access() {
    return FileAccess.relativeTo(base)
        .withRead(List.of(Path.of("in"), Path.of("both")))
        .withWrite(List.of(Path.of("out"), Path.of("both"), Path.of("later.txt")));
  }

  @Test
  void readsAndWritesWhatIsGranted() throws IOException {
    try (Door door = Door.of(auditFile, access())) {
      assertThat(door.read("in/a.txt")).isEqualTo("read me");
      assertThat(door.read(base + "/in/../in/a.txt")).isEqualTo("read me");
      door.write("out/b.txt", "written");
      door.write("later.txt", "made");
      assertThat(base.resolve("out/b.txt")).hasContent("written");
      assertThat(base.resolve("later.txt")).hasContent("made");
      assertThat(door.reply(new FileRequest.MakeFolder("both/x/y", true, 0700)).number(0)).isEqualTo(3);
      door.write("both/x/y/c", "c");
      door.reply(new FileRequest.Rename("both/x/y/c", "both/d"));
      door.reply(new FileRequest.Copy("both/d", "out/d", true));
      assertThat(door.code(new FileRequest.Copy("both/d", "out/d", true))).isEqualTo("EEXIST");
      door.reply(new FileRequest.Copy("both/d", "both/d", false));
      assertThat(base.resolve("both/d")).hasContent("c");
      door.reply(new FileRequest.Remove("both", Removal.TREE));
      assertThat(base.resolve("both")).doesNotExist();
      assertThat(door.reply(new FileRequest.Status("in/a.txt", true)).number(3)).isEqualTo(7);
      assertThat(door.pages("in")).singleElement().asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.list(String.class)).containsExactlyInAnyOrder("a.txt", "sub");
    }
  }

  @Test
  void eachNameIsTakenDownBeforeTheActAndHandlesAreNot() {
    try (Door door = Door.of(auditFile, access())) {
      int handle = door.open("in/a.txt", READ);
      door.reply(new FileRequest.Read(handle, -1, 10));
      door.denial(new FileRequest.Status("private", true));
      assertThat(door.code(new FileRequest.Open("in/none", READ, 0))).isEqualTo("ENOENT");
      door.reply(new FileRequest.MakeFolder("both", true, 0700));
      door.write("both/a", "");
      door.reply(new FileRequest.Rename("both/a", "out/b"));
      assertThat(door.audit().stream().map(line -> line.replaceAll(".*\"permission\":\"(\\w+)\",\"resource\":\"([^\"]*)\",\"granted\":(\\w+).*", "$1 $2 $3")))
          .containsExactly(
              "read in/a.txt true", "read private false", "read in/none true", "write both true", "write both/a true",
              "read both/a true", "write both/a true", "write out/b true");
    }
  }

  static Stream<FileRequest> requestsOfEachKind() {
    return Stream.of(
        new FileRequest.Open("private", READ, 0),
        new FileRequest.Open("private", Door.WRITE, 0),
        new FileRequest.Open("private", Door.CHANGE, 0),
        new FileRequest.Open("in/a.txt", Door.WRITE, 0),
        new FileRequest.Open("in/a.txt", Door.CHANGE, 0),
        new FileRequest.Open("out/new", READ, 0),
        new FileRequest.Status("private", true),
        new FileRequest.Status("private", false),
        new FileRequest.Status("none", true),
        new FileRequest.List("."),
        new FileRequest.List("out"),
        new FileRequest.Access("private", 0),
        new FileRequest.Access("in/a.txt", 2),
        new FileRequest.Access("in/a.txt", 6),
        new FileRequest.MakeFolder("new", false, 0777),
        new FileRequest.MakeFolder("new/new", true, 0777),
        new FileRequest.Remove("private", Removal.FILE),
        new FileRequest.Remove("in", Removal.FOLDER),
        new FileRequest.Remove(".", Removal.TREE),
        new FileRequest.Remove("in", Removal.TREE),
        new FileRequest.Rename("private", "both/mine"),
        new FileRequest.Rename("in/a.txt", "both/mine"),
        new FileRequest.Rename("out", "both/mine"),
        new FileRequest.Rename("both/a", "in/a"),
        new FileRequest.Copy("private", "out/mine", false),
        new FileRequest.Copy("in/a.txt", "in/b", false));
  }

  /// Attack: everything that can be asked, of files that are not granted, or not for this.
  @ParameterizedTest
  @MethodSource("requestsOfEachKind")
  void whatIsNotGrantedIsDenied(FileRequest request) throws IOException {
    Files.createDirectory(base.resolve("both"));
    Files.writeString(base.resolve("both/a"), "a");
    try (Door door = Door.of(auditFile, access())) {
      Door.Answer.Denial denial = door.denial(request);
      assertThat(denial.sentence()).startsWith("service \"report\" may not ").contains("; grant it with permissions.");
      assertThat(denial.sentence()).doesNotContain(base.toString());
      assertThat(door.audit().getLast()).contains("\"granted\":false");
    }
    assertThat(base.resolve("private")).hasContent("private");
    assertThat(base.resolve("in/a.txt")).hasContent("read me");
    assertThat(base.resolve("new")).doesNotExist();
    // With the grant the same act is done, or fails for a reason of the file system's.
    FileAccess all = FileAccess.relativeTo(base).withRead(List.of(Path.of("."))).withWrite(List.of(Path.of(".")));
    try (Door door = Door.of(auditFile, all)) {
      assertThat(door.ask(request)).isNotInstanceOf(Door.Answer.Denial.class);
    }
  }

  /// Attack: names that mean something to some parser.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "", ".", "..", "/", "//", "in/..", "in/../private", "in/../../app/private", "./../app/private", "in//..//private",
        "/etc/passwd", "/proc/self/environ", "/proc/self/root/etc/passwd", "in\0/../private", "in/a.txt\0", "\0",
        "file:///etc/passwd", "~/.ssh/id_rsa", "in/../in/../private", "IN/a.txt", "in\\..\\private", "%2e%2e/private",
        "in/%2e%2e/private/", "out/../private", "/dev/mem", "...", "private/", "\u2025/private", "in/./../private", "${HOME}"
      })
  void namesThatLeadOutAreDenied(String path) {
    try (Door door = Door.of(auditFile, access())) {
      assertThat(door.ask(new FileRequest.Open(path, READ, 0)))
          .satisfiesAnyOf(
              answer -> assertThat(answer).isInstanceOf(Door.Answer.Denial.class),
              // A name like any other beneath the granted folder.
              answer -> assertThat(answer).isEqualTo(new Door.Answer.Failure("ENOENT", "ENOENT: no such file or directory")));
      assertThat(door.ask(new FileRequest.Remove(path, Removal.TREE))).isInstanceOf(Door.Answer.class);
    }
    assertThat(base.resolve("private")).hasContent("private");
    assertThat(base.resolve("in/a.txt")).exists();
  }

  /// Attack: a link in a granted folder leads out of it. The refusal is a denial, taken down after the grant.
  @Test
  void aLinkThatLeavesIsDenied() throws IOException {
    Files.createSymbolicLink(base.resolve("in/link"), Path.of("../private"));
    try (Door door = Door.of(auditFile, access())) {
      Door.Answer.Denial denial = door.denial(new FileRequest.Open("in/link", READ, 0));
      assertThat(denial)
          .isEqualTo(
              new Door.Answer.Denial(
                  "read", "in/link", "service \"report\" may not read in/link: a link on the way leads out of what is granted"));
      assertThat(door.audit()).hasSize(2);
      assertThat(door.audit().getLast()).contains("\"granted\":false", "leads out");
    }
  }

  /// Attack: what may be written but not read is renamed to where it may be read.
  @Test
  void aRenameMakesNothingReadable() throws IOException {
    Files.writeString(base.resolve("out/secret"), "secret");
    Files.createDirectory(base.resolve("both"));
    try (Door door = Door.of(auditFile, access())) {
      assertThat(door.denial(new FileRequest.Rename("out/secret", "both/mine")).permission()).isEqualTo("read");
      assertThat(door.denial(new FileRequest.Rename("out", "both/mine")).permission()).isEqualTo("read");
    }
    assertThat(base.resolve("out/secret")).exists();
  }

  /// Attack: read and write grants meet at a link of the operator's, so that one would lend its way to the other.
  @Test
  void grantsThatLeadToDifferentPlacesDoNotAddUp() throws IOException {
    Path elsewhere = Files.createDirectory(temporary.toRealPath().resolve("elsewhere"));
    Files.writeString(elsewhere.resolve("secret"), "secret");
    Files.createSymbolicLink(base.resolve("in/out"), elsewhere);
    FileAccess mixed =
        FileAccess.relativeTo(base)
            .withRead(List.of(Path.of("in")))
            .withWrite(List.of(Path.of("in/out")))
            .located(path -> path.endsWith("out") ? elsewhere : path);
    try (Door door = Door.of(auditFile, mixed)) {
      door.write("in/out/new", "new");
      assertThat(elsewhere.resolve("new")).hasContent("new");
      assertThat(door.denial(new FileRequest.Open("in/out/secret", READ, 0)).sentence()).contains("leads out");
      assertThat(door.denial(new FileRequest.Open("in/out/secret", Door.CHANGE, 0)).sentence())
          .endsWith(": its grant leads elsewhere than the other that this needs");
    }
  }

  /// Attack: a service grants its child a link that it finds beneath its own grant, and that leads out.
  @Test
  void aChildsGrantIsANameBeneathItsParents() throws IOException {
    Files.createSymbolicLink(base.resolve("in/link"), Path.of("../private"));
    Files.createSymbolicLink(base.resolve("linked"), Path.of("in"));
    FileAccess parent =
        FileAccess.relativeTo(base)
            .withRead(List.of(Path.of("in"), Path.of("linked")))
            .located(path -> path.endsWith("linked") ? base.resolve("in") : path);
    FileAccess child =
        FileAccess.relativeTo(base).withRead(List.of(Path.of("in/link"), Path.of("linked/sub"), Path.of("linked/a.txt")));
    assertThat(parent.contains(child)).isTrue();
    try (Door door = Door.of(auditFile, child.within(parent))) {
      assertThat(door.denial(new FileRequest.Open("in/link", READ, 0)).sentence())
          .endsWith(": a link stands where the granted path leads along");
      // A link that the operator granted leads where it led for the parent.
      assertThat(door.read("linked/a.txt")).isEqualTo("read me");
      assertThat(door.pages("linked/sub")).isEmpty();
    }
    // Without that rule the link would be looked up, and the child would read what its parent can't.
    try (Door door = Door.of(auditFile, child.located(path -> real(path)))) {
      assertThat(door.read("in/link")).isEqualTo("private");
    }
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /// Attack: opens without end.
  @Test
  void openFilesAreBounded() {
    try (Door door = Door.of(auditFile, access(), Limits.DEFAULT.withOpenFiles(3))) {
      int first = door.open("in/a.txt", READ);
      door.open("in/a.txt", READ);
      door.open("in/a.txt", READ);
      assertThat(door.ask(new FileRequest.Open("in/a.txt", READ, 0)))
          .isEqualTo(
              new Door.Answer.Failure(
                  "EMFILE", "EMFILE: too many open files: 3 are open, as many as limits.files allows; close some first"));
      assertThat(door.code(new FileRequest.List("in"))).isEqualTo("EMFILE");
      door.closeHandle(first);
      assertThat(door.read("in/a.txt")).isEqualTo("read me");
    }
  }

  /// Attack: writes, copies and new names without end.
  @Test
  void whatARunWritesIsBounded() throws IOException {
    Files.write(base.resolve("in/large"), new byte[20_000]);
    Limits limits = Limits.DEFAULT.withWrittenBytes(20_000);
    try (Door door = Door.of(auditFile, access(), limits)) {
      int handle = door.open("out/a", Door.WRITE);
      door.reply(new FileRequest.Write(handle, -1, new byte[10_000]));
      assertThat(door.ask(new FileRequest.Write(handle, -1, new byte[10_000])))
          .isEqualTo(
              new Door.Answer.Failure(
                  "EDQUOT", "EDQUOT: disk quota exceeded: this run may write 20000 bytes, see limits.written"));
      assertThat(door.code(new FileRequest.Copy("in/large", "out/copy", false))).isEqualTo("EDQUOT");
      assertThat(door.code(new FileRequest.MakeFolder("out/x", false, 0700))).isEqualTo("EDQUOT");
      assertThat(door.code(new FileRequest.Open("out/y", Door.WRITE, 0))).isEqualTo("EDQUOT");
      // What failed for another reason is not counted.
      assertThat(door.code(new FileRequest.Write(77, -1, new byte[1]))).isEqualTo("EBADF");
      door.reply(new FileRequest.Write(handle, -1, new byte[1000]));
    }
    try (Door door = Door.of(auditFile, access(), Limits.DEFAULT.withWrittenBytes(5 * 4096))) {
      for (int i = 0; i < 4; i++) {
        door.reply(new FileRequest.MakeFolder("out/d" + i, false, 0700));
        assertThat(door.code(new FileRequest.MakeFolder("out/d" + i, false, 0700))).isEqualTo("EEXIST");
      }
      assertThat(door.code(new FileRequest.MakeFolder("out/e/f", true, 0700))).isEqualTo("EDQUOT");
    }
  }

  /// Attack: handles that were never given out, that are closed, or that stand for something else.
  @Test
  void aHandleIsForWhatItStandsForOnly() {
    try (Door door = Door.of(auditFile, access())) {
      int file = door.open("in/a.txt", READ);
      int folder = door.reply(new FileRequest.List("in")).handle();
      for (int handle : new int[] {0, -1, 99, Integer.MIN_VALUE, folder}) {
        assertThat(door.code(new FileRequest.Read(handle, 0, 1))).isEqualTo("EBADF");
        assertThat(door.code(new FileRequest.Truncate(handle, 0))).isEqualTo("EBADF");
      }
      assertThat(door.code(new FileRequest.ListOn(file))).isEqualTo("EBADF");
      assertThat(door.code(new FileRequest.Truncate(file, 0))).isEqualTo("EINVAL");
      door.closeHandle(file);
      assertThat(door.code(new FileRequest.Read(file, 0, 1))).isEqualTo("EBADF");
      assertThat(door.code(new FileRequest.Open("in/" + "x/".repeat(3000), READ, 0))).isEqualTo("ENAMETOOLONG");
    }
  }

  /// Attack: a file is closed in the middle of thousands of reads, so that one meets the descriptor of another file.
  @Test
  @Timeout(60)
  void readsThatRaceWithACloseMeetNoOtherFile() throws IOException {
    Files.writeString(base.resolve("in/other"), "another");
    try (Door door = Door.of(auditFile, access(), Limits.DEFAULT.withOpenFiles(10))) {
      for (int round = 0; round < 50; round++) {
        int handle = door.open("in/a.txt", READ);
        List<CompletableFuture<Door.Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
          answers.add(door.begin(new FileRequest.Read(handle, 0, 100)));
        }
        door.closeHandle(handle);
        int other = door.open("in/other", READ);
        for (CompletableFuture<Door.Answer> answer : answers) {
          switch (Door.await(answer)) {
            case Door.Answer.Reply reply -> assertThat(reply.text()).isEqualTo("read me");
            case Door.Answer.Failure failure -> assertThat(failure.code()).isEqualTo("EBADF");
            case Door.Answer.Denial denial -> throw new AssertionError(denial);
          }
        }
        door.closeHandle(other);
      }
    }
  }

  /// Attack: a folder with many names, which a host that gathers them all would hold in its memory.
  @Test
  void aLargeFolderComesInPages() throws IOException {
    for (int i = 0; i < 5000; i++) {
      Files.createFile(base.resolve("in/sub/" + "n".repeat(100) + i));
    }
    try (Door door = Door.of(auditFile, access())) {
      List<List<String>> pages = door.pages("in/sub");
      assertThat(pages.stream().mapToInt(List::size).sum()).isEqualTo(5000);
      assertThat(pages).allMatch(page -> page.size() < 400);
    }
  }

  @Test
  void theEndOfARunClosesItsFilesAndStopsALongAct() throws Exception {
    Files.createDirectories(base.resolve("both/many"));
    for (int i = 0; i < 2000; i++) {
      Files.createFile(base.resolve("both/many/" + i));
    }
    Door door = Door.of(auditFile, access());
    int handle = door.open("in/a.txt", READ);
    CompletableFuture<Door.Answer> removal = door.begin(new FileRequest.Remove("both/many", Removal.TREE));
    door.close();
    assertThat(door.begin(new FileRequest.Read(handle, 0, 1))).isNotDone();
    org.awaitility.Awaitility.await().untilAsserted(() -> assertThat(names("/proc/self/fd")).noneMatch(name -> name.endsWith("a.txt")));
    assertThat(removal.isDone() || Files.exists(base.resolve("both/many"))).isTrue();
  }

  private static List<String> names(String folder) throws IOException {
    List<String> targets = new ArrayList<>();
    try (Stream<Path> all = Files.list(Path.of(folder))) {
      for (Path link : all.toList()) {
        try {
          targets.add(Files.readSymbolicLink(link).toString());
        } catch (IOException _) {
          // It was that of the list itself.
        }
      }
    }
    return targets;
  }

  @Test
  void aServiceWithoutGrantsGetsNothing() {
    try (Door door = Door.of(auditFile, FileAccess.relativeTo(base))) {
      for (FileRequest request : requestsOfEachKind().toList()) {
        assertThat(door.ask(request)).isInstanceOf(Door.Answer.Denial.class);
      }
      assertThat(door.denial(new FileRequest.Open("in/a.txt", READ, 0)))
          .isEqualTo(
              new Door.Answer.Denial(
                  "read", "in/a.txt", "service \"report\" may not read in/a.txt; grant it with permissions.read: [\"in/a.txt\"]"));
    }
  }
}
