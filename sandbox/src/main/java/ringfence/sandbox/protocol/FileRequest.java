package ringfence.sandbox.protocol;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.file.OpenFile;

/// Something with files that a service asks of the host. Paths are in the service's own words, and whether it may is
/// decided anew for each; a handle stands for what was allowed when it was opened. [FileReply] draws the replies.
public sealed interface FileRequest extends BrokerRequest {
  /// The most bytes that one read gives or one write takes.
  int MOST_BYTES = 1 << 20;

  /// The longest path, in UTF-16 units; PATH_MAX of Linux.
  int LONGEST_PATH = 4096;

  /// Open a regular file. The reply is its handle and its status.
  ///
  /// @param permissionBits of a file that is made
  record Open(String path, OpenFile.Mode mode, int permissionBits) implements FileRequest {}

  /// Read from a file. The reply is what there is, empty at the end.
  ///
  /// @param position in bytes; -1 for where the last read or write ended
  /// @param most bytes, from 1 to [#MOST_BYTES]
  record Read(int handle, long position, int most) implements FileRequest {
    @Override
    public int replyBytes() {
      return most;
    }
  }

  /// Write all of some bytes. The reply is empty.
  ///
  /// @param position in bytes; -1 for where the last read or write ended
  // Passed on, never compared but in tests.
  @SuppressWarnings("ArrayRecordComponent")
  record Write(int handle, long position, byte[] bytes) implements FileRequest {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Write write
          && write.handle == handle
          && write.position == position
          && Arrays.equals(write.bytes, bytes);
    }

    @Override
    public int hashCode() {
      return Integer.hashCode(handle) * 31 + Arrays.hashCode(bytes);
    }
  }

  /// Cut a file or make it longer. The reply is empty.
  record Truncate(int handle, long bytes) implements FileRequest {}

  /// Have a file on the disk. The reply is empty.
  record Sync(int handle, boolean dataOnly) implements FileRequest {}

  /// The reply is a status.
  record HandleStatus(int handle) implements FileRequest {}

  /// The reply is a status.
  ///
  /// @param follow whether a link at the end of the path is followed
  record Status(String path, boolean follow) implements FileRequest {}

  /// Begin to list a folder. The reply is a page of names.
  record List(String path) implements FileRequest {}

  /// Go on with a list. The reply is a page of names.
  record ListOn(int handle) implements FileRequest {}

  /// The reply is empty; a failure says that it is not there, or that the host may not.
  ///
  /// @param mode a sum of 4 to read, 2 to write, 1 to execute
  record Access(String path, int mode) implements FileRequest {}

  /// Make a folder. The reply is how many were made.
  ///
  /// @param recursive those above it that are missing too; not there yet is no condition then
  record MakeFolder(String path, boolean recursive, int permissionBits) implements FileRequest {}

  /// What is to be removed.
  enum Removal {
    /// What is no folder.
    FILE,
    /// An empty folder.
    FOLDER,
    /// It and all beneath it.
    TREE
  }

  /// The reply is empty.
  record Remove(String path, Removal what) implements FileRequest {}

  /// The reply is empty.
  record Rename(String from, String to) implements FileRequest {}

  /// Copy a regular file. The reply is empty.
  ///
  /// @param exclusive fail if there is something in its place
  record Copy(String from, String to, boolean exclusive) implements FileRequest {}
}
