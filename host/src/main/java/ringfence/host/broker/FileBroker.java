package ringfence.host.broker;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import ringfence.sandbox.file.FileException;
import ringfence.sandbox.file.FileTree;
import ringfence.sandbox.file.LeavesRootException;
import ringfence.sandbox.file.Listing;
import ringfence.sandbox.file.OpenFile;
import ringfence.sandbox.permission.AccessRequest;
import ringfence.sandbox.permission.AccessRequest.ReadFile;
import ringfence.sandbox.permission.AccessRequest.WriteFile;
import ringfence.sandbox.permission.Decision;
import ringfence.sandbox.permission.FileAccess;
import ringfence.sandbox.permission.FileAccess.Place;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.protocol.FileReply;
import ringfence.sandbox.protocol.FileRequest;

/// Files for one run: decides by the name that the service gave, has that in the audit log, and only then goes there,
/// from the granted root down and never out of it.
///
/// Each method that acts blocks as long as the disk does. Thread-safe.
final class FileBroker {
  /// What a file or a folder that is made counts of `limits.written`, so that names alone can't fill a disk.
  static final int NAME_BYTES = 4096;

  private static final int COPY_BYTES = 256 * 1024;
  private static final byte[] NOTHING = {};

  private final Doorkeeper door;
  private final FileAccess access;
  private final Handles handles;
  private final long mostWritten;
  private final AtomicLong written = new AtomicLong();

  FileBroker(Doorkeeper door, Limits limits, Handles handles) {
    this.door = door;
    this.access = door.permissions().files();
    this.handles = handles;
    this.mostWritten = limits.writtenBytes();
  }

  /// The service may not do this.
  static final class DeniedException extends IOException {
    @java.io.Serial private static final long serialVersionUID = 1L;

    private final transient Decision.Denied denied;

    DeniedException(Decision.Denied denied) {
      super(denied.reason());
      this.denied = denied;
    }

    Decision.Denied denied() {
      return denied;
    }
  }

  /// Does what is asked.
  ///
  /// @return the reply, as [FileReply] draws it
  /// @throws DeniedException if the service may not
  /// @throws FileException what the file system says
  /// @throws IOException if the host can't
  byte[] act(FileRequest request) throws IOException {
    return switch (request) {
      case FileRequest.Open r -> open(r);
      case FileRequest.Read r -> file(r.handle()).read(r.position(), r.most());
      case FileRequest.Write r -> {
        OpenFile file = file(r.handle());
        spend(r.bytes().length);
        file.write(r.position(), r.bytes(), 0, r.bytes().length);
        yield NOTHING;
      }
      case FileRequest.Truncate r -> {
        file(r.handle()).truncate(r.bytes());
        yield NOTHING;
      }
      case FileRequest.Sync r -> {
        file(r.handle()).sync(r.dataOnly());
        yield NOTHING;
      }
      case FileRequest.HandleStatus r -> FileReply.status(file(r.handle()).status());
      case FileRequest.Status r ->
          at(reading(r.path()), (tree, beneath) -> FileReply.status(tree.status(beneath, r.follow())));
      case FileRequest.List r -> list(r);
      case FileRequest.ListOn r ->
          page(r.handle(), handles.get(r.handle(), Listing.class).orElseThrow(FileBroker::badHandle));
      case FileRequest.Access r -> access(r);
      case FileRequest.MakeFolder r -> makeFolder(r);
      case FileRequest.Remove r ->
          at(
              writing(r.path()),
              (tree, beneath) -> {
                switch (r.what()) {
                  case FILE -> tree.removeFile(beneath);
                  case FOLDER -> tree.removeFolder(beneath);
                  case TREE -> tree.removeTree(beneath);
                }
                return NOTHING;
              });
      case FileRequest.Rename r -> rename(r);
      case FileRequest.Copy r -> copy(r);
    };
  }

  // ---- files

  private byte[] open(FileRequest.Open r) throws IOException {
    Asked asked =
        r.mode().read() ? r.mode().write() ? changing(r.path()) : reading(r.path()) : writing(r.path());
    return at(
        asked,
        (tree, beneath) -> {
          OpenFile file = open(tree, beneath, r.mode(), r.permissionBits());
          return FileReply.opened(hold(file), file.statusAtOpen());
        });
  }

  private OpenFile open(FileTree tree, String beneath, OpenFile.Mode mode, int permissionBits)
      throws FileException {
    if (!mode.create()) {
      return tree.open(beneath, mode, permissionBits);
    }
    spend(NAME_BYTES);
    OpenFile file;
    try {
      file = tree.open(beneath, mode, permissionBits);
    } catch (FileException e) {
      written.addAndGet(-NAME_BYTES);
      throw e;
    }
    if (!file.made()) {
      written.addAndGet(-NAME_BYTES);
    }
    return file;
  }

  private byte[] copy(FileRequest.Copy r) throws IOException {
    Asked from = reading(r.from());
    Asked to = writing(r.to());
    return at(
        from,
        (source, beneath) -> {
          try (OpenFile in = source.open(beneath, OpenFile.Mode.READ, 0)) {
            return at(
                to,
                (target, toBeneath) -> {
                  copy(in, target, toBeneath, r.exclusive());
                  return NOTHING;
                });
          }
        });
  }

  private void copy(OpenFile in, FileTree target, String beneath, boolean exclusive) throws FileException {
    // Cut only after a look at both: a file that is copied onto itself must stay what it is.
    OpenFile.Mode mode = new OpenFile.Mode(false, true, false, true, false, exclusive);
    try (OpenFile out = open(target, beneath, mode, in.statusAtOpen().permissionBits())) {
      if (in.isSameAs(out)) {
        return;
      }
      out.truncate(0);
      for (long at = 0; ; ) {
        byte[] part = in.read(at, COPY_BYTES);
        if (part.length == 0) {
          return;
        }
        if (Thread.currentThread().isInterrupted()) {
          throw new FileException("EINTR", "interrupted system call");
        }
        spend(part.length);
        out.write(at, part, 0, part.length);
        at += part.length;
      }
    }
  }

  // ---- names

  private byte[] list(FileRequest.List r) throws IOException {
    return at(
        reading(r.path()),
        (tree, beneath) -> {
          Listing listing = tree.list(beneath);
          return page(hold(listing), listing);
        });
  }

  private byte[] page(int handle, Listing listing) throws IOException {
    List<Listing.Entry> entries = listing.next();
    if (entries.isEmpty()) {
      handles.close(handle);
    }
    return FileReply.page(entries.isEmpty() ? 0 : handle, entries);
  }

  private byte[] access(FileRequest.Access r) throws IOException {
    boolean writes = (r.mode() & 2) != 0;
    Asked asked = writes ? r.mode() == 2 ? writing(r.path()) : changing(r.path()) : reading(r.path());
    return at(
        asked,
        (tree, beneath) -> {
          tree.access(beneath, r.mode());
          return NOTHING;
        });
  }

  private byte[] makeFolder(FileRequest.MakeFolder r) throws IOException {
    return at(
        writing(r.path()),
        (tree, beneath) -> {
          if (r.recursive()) {
            return FileReply.count(
                tree.makeFolders(beneath, r.permissionBits(), () -> spend(NAME_BYTES)));
          }
          spend(NAME_BYTES);
          try {
            tree.makeFolder(beneath, r.permissionBits());
          } catch (FileException e) {
            written.addAndGet(-NAME_BYTES);
            throw e;
          }
          return FileReply.count(1);
        });
  }

  /// What a new name may make readable must have been readable under the old one, so reading is asked for too.
  private byte[] rename(FileRequest.Rename r) throws IOException {
    Asked from = changing(r.from());
    Asked to = writing(r.to());
    return at(
        from,
        (source, beneath) -> {
          try (FileTree.Spot old = source.spot(beneath)) {
            return at(
                to,
                (target, toBeneath) -> {
                  try (FileTree.Spot renamed = target.spot(toBeneath)) {
                    old.rename(renamed);
                  }
                  return NOTHING;
                });
          }
        });
  }

  // ---- decisions

  /// What may be done, and where.
  private record Asked(AccessRequest request, Place place) {}

  private Asked reading(String path) throws IOException {
    AccessRequest request = new ReadFile(checked(path));
    return new Asked(request, allowed(request, access.readable(path)));
  }

  private Asked writing(String path) throws IOException {
    AccessRequest request = new WriteFile(checked(path));
    return new Asked(request, allowed(request, access.writable(path)));
  }

  /// Both, and from the root that lies further in: there a grant for one can't lend its way to the other.
  private Asked changing(String path) throws IOException {
    Asked read = reading(path);
    Asked write = writing(path);
    boolean inner = write.place().root().getNameCount() >= read.place().root().getNameCount();
    Asked further = inner ? write : read;
    Asked outer = inner ? read : write;
    if (!further.place().root().startsWith(outer.place().root())) {
      throw new DeniedException(door.refuse(outer.request(), "its grant leads elsewhere than the other that this needs"));
    }
    return further;
  }

  private static String checked(String path) throws FileException {
    if (path.length() > FileRequest.LONGEST_PATH) {
      throw new FileException("ENAMETOOLONG", "name too long");
    }
    return path;
  }

  private Place allowed(AccessRequest request, Optional<Place> place) throws IOException {
    return switch (door.decide(request)) {
      case Decision.Denied denied -> throw new DeniedException(denied);
      case Decision.Granted _ ->
          place.orElseThrow(() -> new IllegalStateException("granted, and beneath no root"));
    };
  }

  /// An act beneath a root.
  private interface Act {
    byte[] run(FileTree tree, String beneath) throws IOException;
  }

  private byte[] at(Asked asked, Act act) throws IOException {
    try {
      return act.run(new FileTree(asked.place().root()), asked.place().beneath());
    } catch (LeavesRootException e) {
      throw new DeniedException(door.refuse(asked.request(), e.why()));
    }
  }

  // ---- limits

  private void spend(long bytes) throws FileException {
    if (written.addAndGet(bytes) > mostWritten) {
      written.addAndGet(-bytes);
      throw new FileException(
          "EDQUOT", "disk quota exceeded: this run may write " + mostWritten + " bytes, see limits.written");
    }
  }

  private int hold(Closeable opened) throws IOException {
    try {
      return handles.add(opened);
    } catch (IOException e) {
      opened.close();
      throw e;
    }
  }

  private OpenFile file(int handle) throws FileException {
    return handles.get(handle, OpenFile.class).orElseThrow(FileBroker::badHandle);
  }

  private static FileException badHandle() {
    return new FileException("EBADF", "bad file descriptor");
  }
}
