package ringfence.sandbox.port.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import ringfence.sandbox.os.Descriptors;
import ringfence.sandbox.os.Errno;
import ringfence.sandbox.os.Memory;
import ringfence.sandbox.os.SystemCallException;

class SharedRegionTest {
  private static final long BYTES = 16 * 1024;

  @Test
  void canNeitherBeShrunkNorGrownNorUnsealed() throws IOException {
    // Attack: a peer truncates the file, and the next touch kills whoever has it mapped.
    try (SharedRegion region = SharedRegion.create("sealed", BYTES)) {
      int fd = region.descriptor();
      assertNotPermitted(() -> Memory.truncate(fd, 0));
      assertNotPermitted(() -> Memory.truncate(fd, 2 * BYTES));
      assertNotPermitted(() -> Memory.allocate(fd, 2 * BYTES));
      assertNotPermitted(() -> Memory.addSeals(fd, Memory.SEAL_GROW));
      assertThat(Memory.size(fd)).isEqualTo(BYTES);
    }
  }

  @Test
  void anUnsealedFileCanBeShrunk() throws IOException {
    // The same attack without the wall, where it must succeed.
    int fd = Memory.memfdCreate("unsealed");
    Memory.allocate(fd, BYTES);
    Memory.truncate(fd, 0);
    assertThat(Memory.size(fd)).isZero();
    Descriptors.close(fd);
  }

  @Test
  void refusesADescriptorWithoutSealsAndClosesIt() throws IOException {
    // Attack: a worker offers memory that it can still truncate.
    int fd = Memory.memfdCreate("not-sealed");
    Memory.allocate(fd, BYTES);
    assertThatThrownBy(() -> SharedRegion.adopt(fd, BYTES))
        .isInstanceOf(IOException.class)
        .hasMessageMatching("shared region is not as offered: seals=\\d+ size=16384 expected=16384");
    assertThat(ProcessFiles.descriptors("not-sealed")).isZero();
  }

  @Test
  void refusesADescriptorOfAnotherSizeAndClosesIt() throws IOException {
    // Attack: a region that is smaller than what will be mapped.
    try (SharedRegion region = SharedRegion.create("too-small", BYTES)) {
      int copy = Descriptors.duplicate(region.descriptor(), 10);
      assertThatThrownBy(() -> SharedRegion.adopt(copy, 2 * BYTES))
          .isInstanceOf(IOException.class)
          .hasMessageMatching("shared region is not as offered: seals=\\d+ size=16384 expected=32768");
    }
    assertThat(ProcessFiles.descriptors("too-small")).isZero();
  }

  @Test
  void refusesADescriptorThatIsNoMemoryAtAll() throws IOException {
    // Attack: a pipe where a region was announced.
    Descriptors.Pair pipe = Descriptors.pipe();
    assertThatThrownBy(() -> SharedRegion.adopt(pipe.first(), BYTES)).isInstanceOf(IOException.class);
    Descriptors.close(pipe.second());
  }

  @Test
  void isSharedByAllItsMappingsAndLeavesNothingBehind() throws IOException {
    SharedRegion region = SharedRegion.create("shared-by-two", BYTES);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment first = region.map(arena);
      SharedRegion adopted =
          SharedRegion.adopt(Descriptors.duplicate(region.descriptor(), 10), BYTES);
      MemorySegment second = adopted.map(arena);
      assertThat(ProcessFiles.descriptors("shared-by-two")).isEqualTo(2);
      adopted.close();
      region.close();
      region.close();
      first.set(ValueLayout.JAVA_LONG, 8, 4711);
      assertThat(second.get(ValueLayout.JAVA_LONG, 8)).isEqualTo(4711);
      assertThat(ProcessFiles.mappings("shared-by-two")).isEqualTo(2);
    }
    assertThat(ProcessFiles.mappings("shared-by-two")).isZero();
    assertThat(ProcessFiles.descriptors("shared-by-two")).isZero();
    assertThatThrownBy(region::descriptor).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aPortRefusesARegionThatDoesNotFitItsOffer() throws IOException {
    RingOffer offer = new RingOffer(1, RingSide.FIRST, 8192, 1, 100);
    try (SharedRegion region = SharedRegion.create("misfit", RingPort.regionBytes(4096))) {
      assertThatThrownBy(() -> RingPort.open(region, offer))
          .isInstanceOf(IOException.class)
          .hasMessage(
              "shared region does not fit the offer: bytes=12288 expected=20480 capacityBytes=8192");
    }
  }

  private static void assertNotPermitted(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            SystemCallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EPERM));
  }
}
