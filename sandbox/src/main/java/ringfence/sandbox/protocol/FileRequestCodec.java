package ringfence.sandbox.protocol;

import ringfence.sandbox.file.OpenFile;
import ringfence.sandbox.protocol.FileRequest.Access;
import ringfence.sandbox.protocol.FileRequest.Copy;
import ringfence.sandbox.protocol.FileRequest.HandleStatus;
import ringfence.sandbox.protocol.FileRequest.ListOn;
import ringfence.sandbox.protocol.FileRequest.MakeFolder;
import ringfence.sandbox.protocol.FileRequest.Open;
import ringfence.sandbox.protocol.FileRequest.Read;
import ringfence.sandbox.protocol.FileRequest.Remove;
import ringfence.sandbox.protocol.FileRequest.Removal;
import ringfence.sandbox.protocol.FileRequest.Rename;
import ringfence.sandbox.protocol.FileRequest.Status;
import ringfence.sandbox.protocol.FileRequest.Sync;
import ringfence.sandbox.protocol.FileRequest.Truncate;
import ringfence.sandbox.protocol.FileRequest.Write;

/// The bytes of a [FileRequest]: its kind, from 16, and fields, as `MessageReader` draws them.
final class FileRequestCodec {
  private static final int OPEN = 16;
  private static final int READ = 17;
  private static final int WRITE = 18;
  private static final int TRUNCATE = 19;
  private static final int SYNC = 20;
  private static final int HANDLE_STATUS = 21;
  private static final int STATUS = 22;
  private static final int LIST = 23;
  private static final int LIST_ON = 24;
  private static final int ACCESS = 25;
  private static final int MAKE_FOLDER = 26;
  private static final int REMOVE = 27;
  private static final int RENAME = 28;
  private static final int COPY = 29;

  private static final Removal[] REMOVALS = Removal.values();
  private static final int MOST_ACCESS = 7;

  private FileRequestCodec() {}

  /// Whether a kind of request is one of these.
  static boolean knows(int kind) {
    return kind >= OPEN && kind <= COPY;
  }

  static MessageWriter write(MessageWriter out, FileRequest request) {
    return switch (request) {
      case Open r ->
          mode(out.u8(OPEN).text(r.path()), r.mode()).u32(r.permissionBits());
      case Read r -> out.u8(READ).u32(r.handle()).i64(r.position()).u32(r.most());
      case Write r -> out.u8(WRITE).u32(r.handle()).i64(r.position()).bytes(r.bytes());
      case Truncate r -> out.u8(TRUNCATE).u32(r.handle()).i64(r.bytes());
      case Sync r -> out.u8(SYNC).u32(r.handle()).flag(r.dataOnly());
      case HandleStatus r -> out.u8(HANDLE_STATUS).u32(r.handle());
      case Status r -> out.u8(STATUS).text(r.path()).flag(r.follow());
      case FileRequest.List r -> out.u8(LIST).text(r.path());
      case ListOn r -> out.u8(LIST_ON).u32(r.handle());
      case Access r -> out.u8(ACCESS).text(r.path()).u8(r.mode());
      case MakeFolder r ->
          out.u8(MAKE_FOLDER).text(r.path()).flag(r.recursive()).u32(r.permissionBits());
      case Remove r -> out.u8(REMOVE).text(r.path()).constant(r.what());
      case Rename r -> out.u8(RENAME).text(r.from()).text(r.to());
      case Copy r -> out.u8(COPY).text(r.from()).text(r.to()).flag(r.exclusive());
    };
  }

  static FileRequest read(int kind, MessageReader in) {
    return switch (kind) {
      case OPEN -> new Open(in.text("path"), mode(in), in.u32("mode"));
      case READ -> new Read(in.u32("handle"), position(in), size(in.u32("most")));
      case WRITE -> {
        Write write = new Write(in.u32("handle"), position(in), in.bytes("bytes"));
        if (write.bytes().length > FileRequest.MOST_BYTES) {
          throw new MalformedMessageException(
              write.bytes().length + " bytes in one write are over " + FileRequest.MOST_BYTES);
        }
        yield write;
      }
      case TRUNCATE -> {
        Truncate truncate = new Truncate(in.u32("handle"), in.i64("bytes"));
        if (truncate.bytes() < 0) {
          throw new MalformedMessageException("a file of " + truncate.bytes() + " bytes");
        }
        yield truncate;
      }
      case SYNC -> new Sync(in.u32("handle"), in.flag("data only"));
      case HANDLE_STATUS -> new HandleStatus(in.u32("handle"));
      case STATUS -> new Status(in.text("path"), in.flag("follow"));
      case LIST -> new FileRequest.List(in.text("path"));
      case LIST_ON -> new ListOn(in.u32("handle"));
      case ACCESS -> {
        Access access = new Access(in.text("path"), in.u8("mode"));
        if (access.mode() > MOST_ACCESS) {
          throw new MalformedMessageException("mode of access " + access.mode() + " is over " + MOST_ACCESS);
        }
        yield access;
      }
      case MAKE_FOLDER -> new MakeFolder(in.text("path"), in.flag("recursive"), in.u32("mode"));
      case REMOVE -> new Remove(in.text("path"), in.constant(REMOVALS, "removal"));
      case RENAME -> new Rename(in.text("from"), in.text("to"));
      case COPY -> new Copy(in.text("from"), in.text("to"), in.flag("exclusive"));
      default -> throw new MalformedMessageException("no file request has kind " + kind);
    };
  }

  private static MessageWriter mode(MessageWriter out, OpenFile.Mode mode) {
    return out.flag(mode.read())
        .flag(mode.write())
        .flag(mode.append())
        .flag(mode.create())
        .flag(mode.truncate())
        .flag(mode.exclusive());
  }

  private static OpenFile.Mode mode(MessageReader in) {
    OpenFile.Mode mode =
        new OpenFile.Mode(
            in.flag("read"), in.flag("write"), in.flag("append"), in.flag("create"), in.flag("truncate"), in.flag("exclusive"));
    boolean changes = mode.append() || mode.create() || mode.truncate() || mode.exclusive();
    if (!mode.write() && (changes || !mode.read())) {
      throw new MalformedMessageException("a mode that changes a file and does not write: " + mode);
    }
    return mode;
  }

  private static long position(MessageReader in) {
    long position = in.i64("position");
    if (position < -1) {
      throw new MalformedMessageException("position " + position + " is below 0");
    }
    return position;
  }

  private static int size(int most) {
    if (most < 1 || most > FileRequest.MOST_BYTES) {
      throw new MalformedMessageException(
          "a read of " + Integer.toUnsignedString(most) + " bytes is not from 1 to " + FileRequest.MOST_BYTES);
    }
    return most;
  }
}
