package ringfence.sandbox.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Ways out of a granted folder. Each is shown to lead out for who opens by name.
class FileTreeAttackTest {
  private static final OpenFile.Mode WRITE = new OpenFile.Mode(false, true, false, true, true, false);

  @TempDir Path temporary;
  private Path outside;
  private Path root;
  private FileTree tree;

  @BeforeEach
  void makeTree() throws IOException {
    outside = Files.createDirectory(temporary.toRealPath().resolve("outside"));
    Files.writeString(outside.resolve("secret"), "secret");
    root = Files.createDirectory(temporary.toRealPath().resolve("root"));
    Files.createDirectory(root.resolve("d"));
    Files.writeString(root.resolve("d/secret"), "harmless");
    tree = new FileTree(root);
  }

  private FileException refusal(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    FileException thrown = catchThrowableOfType(FileException.class, call);
    assertThat(thrown).isNotNull();
    assertThat(thrown.getMessage()).doesNotContain(temporary.toString(), "secret", "java");
    return thrown;
  }

  private void rename(String from, FileTree to, String name) throws FileException {
    try (FileTree.Spot old = tree.spot(from);
        FileTree.Spot renamed = to.spot(name)) {
      old.rename(renamed);
    }
  }

  /// Attack: a link in the granted folder, relative or absolute, whole or on the way, leads to a file outside.
  @ParameterizedTest
  @ValueSource(strings = {"../outside", "ABSOLUTE", "d/../../outside", "chain"})
  void noLinkLeadsOut(String to) throws IOException {
    Files.createSymbolicLink(root.resolve("chain"), Path.of("../outside"));
    Files.createSymbolicLink(root.resolve("link"), to.equals("ABSOLUTE") ? outside : Path.of(to));
    assertThat(Files.readString(root.resolve("link/secret"))).isEqualTo("secret");
    assertThat(refusal(() -> tree.open("link/secret", OpenFile.Mode.READ, 0))).isInstanceOf(LeavesRootException.class);
    assertThat(refusal(() -> tree.open("link/new", WRITE, 0600))).isInstanceOf(LeavesRootException.class);
    assertThat(refusal(() -> tree.status("link/secret", true))).isInstanceOf(LeavesRootException.class);
    assertThat(refusal(() -> tree.status("link", true))).isInstanceOf(LeavesRootException.class);
    assertThat(refusal(() -> tree.list("link"))).isInstanceOf(LeavesRootException.class);
    assertThat(refusal(() -> tree.makeFolder("link/new", 0700))).isInstanceOf(LeavesRootException.class);
    assertThat(refusal(() -> tree.makeFolders("link/new", 0700, () -> {}))).isInstanceOf(LeavesRootException.class);
    assertThat(refusal(() -> tree.removeFile("link/secret"))).isInstanceOf(LeavesRootException.class);
    assertThat(refusal(() -> tree.removeTree("link/secret"))).isInstanceOf(LeavesRootException.class);
    assertThat(refusal(() -> rename("link/secret", tree, "mine"))).isInstanceOf(LeavesRootException.class);
    assertThat(refusal(() -> rename("d", tree, "link/d"))).isInstanceOf(LeavesRootException.class);
    assertThat(refusal(() -> tree.access("link/secret", 4))).isInstanceOf(LeavesRootException.class);
    assertThat(outside.resolve("secret")).hasContent("secret");
    assertThat(outside.resolve("new")).doesNotExist();
  }

  /// Attack: a link at the end of a new name leads out, so that creating makes a file outside.
  @Test
  void creatingThroughADanglingLinkMakesNothingOutside() throws IOException {
    Files.createSymbolicLink(root.resolve("new"), Path.of("../outside/new"));
    assertThat(refusal(() -> tree.open("new", WRITE, 0600))).isInstanceOf(LeavesRootException.class);
    assertThat(outside.resolve("new")).doesNotExist();
    Files.writeString(root.resolve("new"), "by name");
    assertThat(outside.resolve("new")).exists();
  }

  /// Attack: a link is flipped between a harmless folder and one outside while files are opened through it for 2 s.
  @Test
  @Timeout(60)
  void aFlippedLinkNeverLeadsOut() throws Exception {
    Path flipped = root.resolve("x");
    Path first = Files.createSymbolicLink(root.resolve("first"), Path.of("d"));
    Path second = Files.createSymbolicLink(root.resolve("second"), Path.of("../outside"));
    Files.createSymbolicLink(flipped, Path.of("d"));
    AtomicBoolean over = new AtomicBoolean();
    Thread flipper =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    while (!over.get()) {
                      Files.move(first, flipped, StandardCopyOption.ATOMIC_MOVE);
                      Files.createSymbolicLink(first, Path.of("d"));
                      Files.move(second, flipped, StandardCopyOption.ATOMIC_MOVE);
                      Files.createSymbolicLink(second, Path.of("../outside"));
                    }
                  } catch (IOException e) {
                    throw new AssertionError(e);
                  }
                });
    long naiveEscapes = 0;
    long refused = 0;
    long opened = 0;
    try {
      long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
      // Until the way by name has been escaped too: it is what shows that the flipper flips.
      while (System.nanoTime() < end || (naiveEscapes == 0 && System.nanoTime() < end + 30_000_000_000L)) {
        for (int i = 0; i < 100; i++) {
          naiveEscapes += naive(flipped.resolve("secret")).equals("secret") ? 1 : 0;
          try (OpenFile file = tree.open("x/secret", OpenFile.Mode.READ, 0)) {
            assertThat(new String(file.read(0, 100), UTF_8)).isEqualTo("harmless");
            opened++;
          } catch (FileException e) {
            assertThat(e).isInstanceOf(LeavesRootException.class);
            refused++;
          }
        }
      }
    } finally {
      over.set(true);
      flipper.join();
    }
    System.out.printf(
        "flipped link: %d opened, %d refused, 0 escaped; by toRealPath and startsWith %d escaped%n",
        opened, refused, naiveEscapes);
    assertThat(naiveEscapes).as("escapes of the way by name").isPositive();
    assertThat(opened).isPositive();
    assertThat(refused).isPositive();
  }

  private String naive(Path path) {
    try {
      return path.toRealPath().startsWith(root) ? Files.readString(path) : "refused";
    } catch (IOException e) {
      return "gone";
    }
  }

  /// Attack: the granted folder itself is replaced by a link, by a service that may write above it.
  @Test
  void aRootThatBecameALinkIsRefused() throws IOException {
    FileTree inner = new FileTree(root.resolve("d"));
    Files.move(root.resolve("d"), root.resolve("e"));
    Files.createSymbolicLink(root.resolve("d"), outside);
    assertThat(Files.readString(root.resolve("d/secret"))).isEqualTo("secret");
    assertThat(refusal(() -> inner.open("secret", OpenFile.Mode.READ, 0))).isInstanceOf(LeavesRootException.class);
    assertThat(refusal(() -> inner.list(""))).isNotNull();
    FileTree file = new FileTree(root.resolve("d/secret"));
    assertThat(refusal(() -> file.open("", OpenFile.Mode.READ, 0))).isInstanceOf(LeavesRootException.class);
    FileTree last = new FileTree(root.resolve("d"));
    assertThat(refusal(() -> last.open("", OpenFile.Mode.READ, 0))).isInstanceOf(LeavesRootException.class);
  }

  /// Attack: magic links of /proc lead to open files and to the host's root.
  @ParameterizedTest
  @ValueSource(strings = {"proc/self/root/etc/passwd", "proc/self/cwd", "proc/self/fd/0", "proc/self/exe", "proc/thread-self/root"})
  void magicLinksAreNotFollowed(String path) {
    assertThat(Path.of("/" + path)).exists();
    FileTree all = new FileTree(Path.of("/"));
    assertThat(refusal(() -> all.status(path, true)).code()).isIn("ELOOP", "EACCES");
  }

  /// Attack: with everything granted, the kernel's own files tell of the host: its environment, its memory, its levers.
  @ParameterizedTest
  @ValueSource(strings = {"proc/self/environ", "proc/1/cmdline", "proc/self/maps", "proc/self/mem", "sys/kernel/notes", "proc/sys/kernel/core_pattern"})
  void filesOfTheKernelAreNotOpenedThroughAGrantOfAll(String path) {
    assertThat(Path.of("/" + path)).exists();
    FileTree all = new FileTree(Path.of("/"));
    assertThat(refusal(() -> all.open(path, OpenFile.Mode.READ, 0)))
        .isInstanceOfSatisfying(
            LeavesRootException.class, e -> assertThat(e.why()).isEqualTo("it is the kernel's own and no file of a disk"));
    assertThat(refusal(() -> all.list("proc"))).isInstanceOf(LeavesRootException.class);
  }

  @Test
  void aFileOfTheKernelThatIsGrantedByNameIsOpened() throws FileException {
    try (OpenFile file = new FileTree(Path.of("/proc/version")).open("", OpenFile.Mode.READ, 0)) {
      assertThat(new String(file.read(-1, 100), UTF_8)).startsWith("Linux");
    }
  }

  /// Attack: a FIFO without a writer holds up who opens it; a socket and a device do things when they are opened.
  @Test
  @Timeout(20)
  void onlyRegularFilesAreOpened() throws Exception {
    run("mkfifo", root.resolve("fifo").toString());
    assertThat(refusal(() -> tree.open("fifo", OpenFile.Mode.READ, 0))).hasMessage("ENXIO: not a regular file");
    assertThat(refusal(() -> tree.open("fifo", WRITE, 0600)).code()).isEqualTo("ENXIO");
    assertThat(tree.status("fifo", true).kind()).isEqualTo(FileStatus.Kind.OTHER);
    try (var socket = java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
      socket.bind(java.net.UnixDomainSocketAddress.of(root.resolve("socket")));
      assertThat(refusal(() -> tree.open("socket", OpenFile.Mode.READ, 0)).code()).isEqualTo("ENXIO");
    }
    FileTree devices = new FileTree(Path.of("/dev"));
    assertThat(refusal(() -> devices.open("zero", OpenFile.Mode.READ, 0)).code()).isEqualTo("ENXIO");
    assertThat(refusal(() -> devices.open("null", WRITE, 0)).code()).isEqualTo("ENXIO");
    assertThat(refusal(() -> new FileTree(Path.of("/dev/zero")).open("", OpenFile.Mode.READ, 0)).code()).isEqualTo("ENXIO");
    tree.removeTree("fifo");
    assertThat(root.resolve("fifo")).doesNotExist();
  }

  /// Attack: a tree nested so deep that removing it takes all descriptors of the host.
  @Test
  void aTreeThatIsTooDeepIsRefusedAndNotHeldOpen() throws IOException {
    String path = "d" + "/d".repeat(150);
    int made = tree.makeFolders(path, 0700, () -> {});
    assertThat(made).isEqualTo(150);
    long before = descriptors();
    assertThat(refusal(() -> tree.removeTree("d")).code()).isEqualTo("ENAMETOOLONG");
    assertThat(descriptors()).isLessThanOrEqualTo(before + 2);
    tree.removeTree("d" + "/d".repeat(60));
    tree.removeTree("d");
    assertThat(root.resolve("d")).doesNotExist();
  }

  /// Attack: a thousand failures, each of which might leave a descriptor behind.
  @Test
  void failuresLeaveNoDescriptorBehind() throws IOException {
    Files.createSymbolicLink(root.resolve("link"), outside);
    long before = descriptors();
    for (int i = 0; i < 1000; i++) {
      assertThat(refusal(() -> tree.open("link/secret", OpenFile.Mode.READ, 0))).isNotNull();
      assertThat(refusal(() -> tree.open("d", OpenFile.Mode.READ, 0))).isNotNull();
      assertThat(refusal(() -> rename("d", tree, "link/x"))).isNotNull();
      assertThat(refusal(() -> tree.list("none"))).isNotNull();
    }
    assertThat(descriptors()).isLessThan(before + 50);
  }

  private static long descriptors() throws IOException {
    try (var names = Files.list(Path.of("/proc/self/fd"))) {
      return names.count();
    }
  }

  private static void run(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }
}
