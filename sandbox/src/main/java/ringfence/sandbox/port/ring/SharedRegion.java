package ringfence.sandbox.port.ring;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import ringfence.sandbox.os.Descriptors;
import ringfence.sandbox.os.Memory;

/// Anonymous memory that two processes can map and neither can shrink, grow or unseal.
///
/// A region that could be truncated could kill whoever touches it with SIGBUS, the host included; so
/// every region is sealed when it is made, and checked for its seals and its size when it is taken.
/// The object owns a descriptor only. A mapping lives on after [#close()].
///
/// @see "memfd_create(2), fcntl(2) F_ADD_SEALS"
public final class SharedRegion implements AutoCloseable {
  private static final int SEALS = Memory.SEAL_SEAL | Memory.SEAL_SHRINK | Memory.SEAL_GROW;

  private final int descriptor;
  private final long bytes;
  private boolean closed;

  private SharedRegion(int descriptor, long bytes) {
    this.descriptor = descriptor;
    this.bytes = bytes;
  }

  /// Makes a zeroed, sealed region whose pages exist already.
  ///
  /// @param name shown in /proc/PID/maps
  /// @throws IOException if the machine has no memory or descriptors left for it
  public static SharedRegion create(String name, long bytes) throws IOException {
    int fd = Memory.memfdCreate(name);
    try {
      Memory.allocate(fd, bytes);
      Memory.addSeals(fd, SEALS);
      return new SharedRegion(fd, bytes);
    } catch (IOException | RuntimeException e) {
      Descriptors.close(fd);
      throw e;
    }
  }

  /// Takes over a descriptor that another process sent.
  ///
  /// @throws IOException if it is not a region of that size under all seals; the descriptor is closed then
  public static SharedRegion adopt(int descriptor, long bytes) throws IOException {
    try {
      int seals = Memory.seals(descriptor);
      long size = Memory.size(descriptor);
      if ((seals & SEALS) != SEALS || size != bytes) {
        throw new IOException(
            "shared region is not as offered: seals=" + seals + " size=" + size + " expected=" + bytes);
      }
      return new SharedRegion(descriptor, bytes);
    } catch (IOException | RuntimeException e) {
      Descriptors.close(descriptor);
      throw e;
    }
  }

  /// Maps the whole region.
  ///
  /// @param arena unmaps when it closes
  public MemorySegment map(Arena arena) throws IOException {
    return Memory.map(descriptor(), bytes, arena);
  }

  public long bytes() {
    return bytes;
  }

  /// The open descriptor, for passing to another process.
  ///
  /// @throws IllegalStateException after [#close()]
  public synchronized int descriptor() {
    if (closed) {
      throw new IllegalStateException("shared region is closed");
    }
    return descriptor;
  }

  @Override
  public synchronized void close() throws IOException {
    if (!closed) {
      closed = true;
      Descriptors.close(descriptor);
    }
  }
}
