package ringfence.sandbox.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ringfence.sandbox.file.FileStatus.Kind;

/// What a tree of real files does; what it refuses is in `FileTreeAttackTest`.
class FileTreeTest {
  private static final OpenFile.Mode WRITE = new OpenFile.Mode(false, true, false, true, true, false);
  private static final OpenFile.Mode APPEND = new OpenFile.Mode(false, true, true, true, false, false);
  private static final OpenFile.Mode NEW = new OpenFile.Mode(true, true, false, true, false, true);

  @TempDir Path temporary;
  private Path root;
  private FileTree tree;

  @BeforeEach
  void makeTree() throws IOException {
    root = Files.createDirectory(temporary.toRealPath().resolve("root"));
    Files.createDirectories(root.resolve("a/b"));
    Files.writeString(root.resolve("a/b/text"), "hello world");
    tree = new FileTree(root);
  }

  private static String code(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    FileException thrown = org.assertj.core.api.Assertions.catchThrowableOfType(FileException.class, call);
    return thrown == null ? "none" : thrown.code();
  }

  private String read(FileTree from, String path) throws FileException {
    try (OpenFile file = from.open(path, OpenFile.Mode.READ, 0)) {
      return new String(file.read(-1, 1000), UTF_8);
    }
  }

  private void rename(String from, FileTree to, String name) throws FileException {
    try (FileTree.Spot old = tree.spot(from);
        FileTree.Spot renamed = to.spot(name)) {
      old.rename(renamed);
    }
  }

  @Test
  void readsAtPositionsAndGoesOnWhereItWas() throws FileException {
    try (OpenFile file = tree.open("a/b/text", OpenFile.Mode.READ, 0)) {
      assertThat(file.statusAtOpen().size()).isEqualTo(11);
      assertThat(new String(file.read(-1, 5), UTF_8)).isEqualTo("hello");
      assertThat(new String(file.read(6, 100), UTF_8)).isEqualTo("world");
      assertThat(new String(file.read(-1, 100), UTF_8)).isEqualTo(" world");
      assertThat(file.read(-1, 100)).isEmpty();
      assertThat(code(() -> file.write(0, new byte[1], 0, 1))).isEqualTo("EBADF");
    }
  }

  @Test
  void writesMakesCutsAndAppends() throws FileException {
    try (OpenFile file = tree.open("a/new", WRITE, 0640)) {
      file.write(-1, "abcdef".getBytes(UTF_8), 1, 4);
      file.write(1, "X".getBytes(UTF_8), 0, 1);
      file.truncate(3);
      file.sync(false);
      file.sync(true);
      assertThat(file.status().size()).isEqualTo(3);
      assertThat(code(() -> file.read(0, 1))).isEqualTo("EBADF");
    }
    try (OpenFile file = tree.open("a/new", APPEND, 0)) {
      file.write(0, "!".getBytes(UTF_8), 0, 1);
    }
    assertThat(read(tree, "a/new")).isEqualTo("bXd!");
    assertThat(tree.status("a/new", true).permissionBits() & 07).isZero();
    assertThat(code(() -> tree.open("a/new", NEW, 0))).isEqualTo("EEXIST");
    assertThat(code(() -> tree.open("none/new", NEW, 0))).isEqualTo("ENOENT");
    assertThat(code(() -> tree.open("a/none", OpenFile.Mode.READ, 0))).isEqualTo("ENOENT");
    assertThat(code(() -> tree.open("a/b", OpenFile.Mode.READ, 0))).isEqualTo("EISDIR");
    assertThat(code(() -> tree.open("a/b/text/x", OpenFile.Mode.READ, 0))).isEqualTo("ENOTDIR");
    assertThat(code(() -> tree.open("x".repeat(300), OpenFile.Mode.READ, 0))).isEqualTo("ENAMETOOLONG");
  }

  @Test
  void aClosedFileIsNoLongerUsedAndClosingTwiceIsFine() throws FileException {
    OpenFile file = tree.open("a/b/text", OpenFile.Mode.READ, 0);
    file.close();
    file.close();
    assertThat(code(() -> file.read(0, 1))).isEqualTo("EBADF");
  }

  @Test
  void linksThatStayBeneathAreFollowed() throws IOException {
    Files.createSymbolicLink(root.resolve("to-text"), Path.of("a/b/text"));
    Files.createSymbolicLink(root.resolve("a/up"), Path.of("../a/b"));
    assertThat(read(tree, "to-text")).isEqualTo("hello world");
    assertThat(read(tree, "a/up/text")).isEqualTo("hello world");
    assertThat(tree.status("to-text", true).kind()).isEqualTo(Kind.FILE);
    assertThat(tree.status("to-text", false).kind()).isEqualTo(Kind.LINK);
    tree.removeFile("to-text");
    assertThat(read(tree, "a/b/text")).isEqualTo("hello world");
    Files.createSymbolicLink(root.resolve("made"), Path.of("a/made"));
    tree.open("made", WRITE, 0600).close();
    assertThat(root.resolve("a/made")).exists();
  }

  @Test
  void statusTellsNothingOfTheHostsNumbers() throws IOException {
    Files.setLastModifiedTime(root.resolve("a/b/text"), java.nio.file.attribute.FileTime.from(java.time.Instant.parse("2020-01-01T00:00:00.123456789Z")));
    FileStatus status = tree.status("a/b/text", true);
    assertThat(status.modifiedMillis()).isEqualTo(1577836800123L);
    assertThat(status.links()).isEqualTo(1);
    assertThat(tree.status("", true).kind()).isEqualTo(Kind.FOLDER);
    assertThat(code(() -> tree.status("none", true))).isEqualTo("ENOENT");
    tree.access("a/b/text", 4);
    tree.access("a", 0);
    assertThat(code(() -> tree.access("none", 0))).isEqualTo("ENOENT");
    assertThat(code(() -> tree.access("a/b/text", 1))).isEqualTo("EACCES");
  }

  @Test
  void listsPageByPage() throws IOException {
    for (int i = 0; i < 3000; i++) {
      Files.createFile(root.resolve("a/b/file-" + i));
    }
    Files.createSymbolicLink(root.resolve("a/b/link"), Path.of("/"));
    List<Listing.Entry> all = new ArrayList<>();
    int pages = 0;
    try (Listing listing = tree.list("a/b")) {
      for (List<Listing.Entry> page = listing.next(); !page.isEmpty(); page = listing.next()) {
        all.addAll(page);
        pages++;
      }
    }
    assertThat(all).hasSize(3002).contains(
        new Listing.Entry("text", Kind.FILE), new Listing.Entry("link", Kind.LINK), new Listing.Entry("file-2999", Kind.FILE));
    assertThat(pages).isGreaterThan(1);
    assertThat(code(() -> tree.list("a/b/text"))).isEqualTo("ENOTDIR");
  }

  @Test
  void makesAndRemovesFolders() throws IOException {
    int[] asked = {0};
    assertThat(tree.makeFolders("x/y/z", 0700, () -> asked[0]++)).isEqualTo(3);
    assertThat(tree.makeFolders("x/y/z", 0700, () -> asked[0]++)).isZero();
    assertThat(asked[0]).isEqualTo(3);
    assertThat(code(() -> tree.makeFolders("a/b/text", 0700, () -> {}))).isEqualTo("EEXIST");
    assertThat(code(() -> tree.makeFolders("a/b/text/c", 0700, () -> {}))).isEqualTo("ENOTDIR");
    assertThat(code(() -> tree.makeFolder("x", 0700))).isEqualTo("EEXIST");
    assertThat(code(() -> tree.makeFolder("q/r", 0700))).isEqualTo("ENOENT");
    assertThat(code(() -> tree.removeFolder("x"))).isEqualTo("ENOTEMPTY");
    assertThat(code(() -> tree.removeFile("x"))).isEqualTo("EISDIR");
    assertThat(code(() -> tree.removeFolder("a/b/text"))).isEqualTo("ENOTDIR");
    tree.removeFolder("x/y/z");
    Files.createSymbolicLink(root.resolve("x/link"), temporary.toRealPath());
    Files.writeString(temporary.resolve("kept"), "kept");
    tree.removeTree("x");
    assertThat(root.resolve("x")).doesNotExist();
    assertThat(temporary.resolve("kept")).exists();
    assertThat(code(() -> tree.removeTree("x"))).isEqualTo("ENOENT");
  }

  @Test
  void renamesWithinAndBetweenTrees() throws IOException {
    Path second = Files.createDirectory(temporary.toRealPath().resolve("second"));
    rename("a/b/text", tree, "moved");
    rename("a", new FileTree(second), "folder");
    assertThat(root.resolve("moved")).hasContent("hello world");
    assertThat(second.resolve("folder/b")).isDirectory();
    assertThat(code(() -> rename("none", tree, "x"))).isEqualTo("ENOENT");
    assertThat(code(() -> rename("moved", new FileTree(second), "folder"))).isEqualTo("EISDIR");
  }

  @Test
  void aRootMayBeAFileAndNeedNotBeThereYet() throws IOException {
    FileTree file = new FileTree(root.resolve("later.txt"));
    assertThat(code(() -> file.status("", true))).isEqualTo("ENOENT");
    try (OpenFile made = file.open("", WRITE, 0600)) {
      made.write(-1, "x".getBytes(UTF_8), 0, 1);
    }
    assertThat(read(file, "")).isEqualTo("x");
    assertThat(code(() -> file.open("x", OpenFile.Mode.READ, 0))).isEqualTo("ENOTDIR");
    file.removeFile("");
    assertThat(root.resolve("later.txt")).doesNotExist();
    FileTree folder = new FileTree(root.resolve("out"));
    assertThat(folder.makeFolders("d", 0700, () -> {})).isEqualTo(2);
    folder.removeTree("");
    assertThat(root.resolve("out")).doesNotExist();
    assertThat(new FileTree(Path.of("/")).status("", true).kind()).isEqualTo(Kind.FOLDER);
    assertThat(code(() -> new FileTree(Path.of("/")).removeFolder(""))).isIn("EBUSY", "EINVAL");
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", ".", "a/..", "a//b", "/a", "a/", "a/./b", "a\0b"})
  void takesNoNamesThatAreNotNames(String path) {
    assertThat(code(() -> tree.status(path, true))).isEqualTo("EINVAL");
    assertThatThrownBy(() -> new FileTree(Path.of("a"))).isInstanceOf(IllegalArgumentException.class);
  }
}
