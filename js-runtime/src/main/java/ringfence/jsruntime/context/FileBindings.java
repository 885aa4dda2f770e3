package ringfence.jsruntime.context;

import org.graalvm.polyglot.Value;
import ringfence.sandbox.file.OpenFile;
import ringfence.sandbox.protocol.BrokerRequest.CloseHandle;
import ringfence.sandbox.protocol.FileRequest;

/// The functions behind files.js: each makes one request of strings, numbers and bytes, and decides nothing.
final class FileBindings {
  private FileBindings() {}

  static void bind(Value host, GuestCalls calls) {
    Guest.put(host, "closeHandle", a -> Guest.number(calls.ask(new CloseHandle(a[0].asInt()))));
    put(host, calls, "fileOpen", a -> new FileRequest.Open(a[0].asString(), mode(a[1].asString()), a[2].asInt()));
    put(host, calls, "fileRead", a -> new FileRequest.Read(a[0].asInt(), whole(a[1]), a[2].asInt()));
    put(host, calls, "fileWrite", a -> new FileRequest.Write(a[0].asInt(), whole(a[1]), bytes(a[2], whole(a[3]), a[4].asInt())));
    put(host, calls, "fileTruncate", a -> new FileRequest.Truncate(a[0].asInt(), whole(a[1])));
    put(host, calls, "fileSync", a -> new FileRequest.Sync(a[0].asInt(), a[1].asBoolean()));
    put(host, calls, "fileHandleStatus", a -> new FileRequest.HandleStatus(a[0].asInt()));
    put(host, calls, "fileStatus", a -> new FileRequest.Status(a[0].asString(), a[1].asBoolean()));
    put(host, calls, "fileList", a -> new FileRequest.List(a[0].asString()));
    put(host, calls, "fileListOn", a -> new FileRequest.ListOn(a[0].asInt()));
    put(host, calls, "fileAccess", a -> new FileRequest.Access(a[0].asString(), a[1].asInt()));
    put(host, calls, "fileMakeFolder", a -> new FileRequest.MakeFolder(a[0].asString(), a[1].asBoolean(), a[2].asInt()));
    put(host, calls, "fileRemove", a -> new FileRequest.Remove(a[0].asString(), FileRequest.Removal.valueOf(a[1].asString())));
    put(host, calls, "fileRename", a -> new FileRequest.Rename(a[0].asString(), a[1].asString()));
    put(host, calls, "fileCopy", a -> new FileRequest.Copy(a[0].asString(), a[1].asString(), a[2].asBoolean()));
  }

  /// Makes a request of a function's arguments.
  private interface Request {
    FileRequest of(Value[] arguments);
  }

  private static void put(Value host, GuestCalls calls, String name, Request request) {
    Guest.put(host, name, a -> Guest.number(calls.ask(request.of(a))));
  }

  private static OpenFile.Mode mode(String letters) {
    return new OpenFile.Mode(
        letters.indexOf('r') >= 0,
        letters.indexOf('w') >= 0,
        letters.indexOf('a') >= 0,
        letters.indexOf('c') >= 0,
        letters.indexOf('t') >= 0,
        letters.indexOf('x') >= 0);
  }

  private static long whole(Value number) {
    return (long) number.asDouble();
  }

  private static byte[] bytes(Value buffer, long offset, int size) {
    byte[] bytes = new byte[size];
    buffer.readBuffer(offset, bytes, 0, size);
    return bytes;
  }
}
