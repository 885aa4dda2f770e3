package ringfence.jsruntime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import ringfence.sandbox.file.FileStatus;
import ringfence.sandbox.file.Listing;
import ringfence.sandbox.file.OpenFile;
import ringfence.sandbox.protocol.BrokerMessage.BrokerCall;
import ringfence.sandbox.protocol.BrokerMessage.BrokerDenied;
import ringfence.sandbox.protocol.BrokerMessage.BrokerFailure;
import ringfence.sandbox.protocol.BrokerMessage.BrokerReply;
import ringfence.sandbox.protocol.BrokerRequest;
import ringfence.sandbox.protocol.BrokerRequest.CloseHandle;
import ringfence.sandbox.protocol.FileReply;
import ringfence.sandbox.protocol.FileRequest;

/// `node:fs/promises` and `node:path`; the test is the host.
class FilesTest {
  private static final OpenFile.Mode WRITE = new OpenFile.Mode(false, true, false, true, true, false);

  private static FileStatus file(long size) {
    return new FileStatus(FileStatus.Kind.FILE, 0640, 1, size, 1000, 2000, 3000, 4000);
  }

  private static BrokerRequest answer(ServiceUnderTest service, byte[] reply) {
    BrokerCall call = service.awaitCall();
    service.tell(new BrokerReply(call.id(), reply));
    return call.request();
  }

  private static BrokerRequest fail(ServiceUnderTest service, String code, String words) {
    BrokerCall call = service.awaitCall();
    service.tell(new BrokerFailure(call.id(), "Error", code, code + ": " + words));
    return call.request();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  /// Serves a file of the given bytes to one readFile.
  private static void serveFile(ServiceUnderTest service, String path, byte[] content) {
    assertThat(answer(service, FileReply.opened(7, file(content.length)))).isEqualTo(new FileRequest.Open(path, OpenFile.Mode.READ, 0666));
    if (content.length == 0) {
      answer(service, new byte[0]);
    } else {
      assertThat(answer(service, content)).isEqualTo(new FileRequest.Read(7, -1, content.length));
    }
    assertThat(answer(service, new byte[0])).isEqualTo(new CloseHandle(7));
  }

  @Test
  void readsAFileInEachEncoding() {
    try (var service =
        ServiceUnderTest.of(
            """
            import { readFile } from "node:fs/promises";
            import fs from "node:fs";
            const bytes = await readFile("a");
            console.log(bytes instanceof Uint8Array, bytes.join());
            for (const encoding of ["utf8", "UTF-8", "latin1", "ascii", "hex", "base64", "base64url", "utf16le"]) {
              console.log(encoding, await fs.promises.readFile("a", encoding));
            }
            console.log(JSON.stringify(await readFile("a", { encoding: "utf8" })));
            await readFile("a", "klingon").catch(e => console.log(e.name, e.code, e.message));
            """)) {
      service.start();
      byte[] content = {(byte) 0xc3, (byte) 0xbc, 'a', (byte) 0xff, (byte) 0xfb, 0};
      for (int i = 0; i < 9; i++) {
        serveFile(service, "a", content);
      }
      serveFile(service, "a", new byte[0]);
      service.awaitOutput(
          "true 195,188,97,255,251,0", "utf8 \u00fca\ufffd\ufffd\0", "UTF-8 \u00fca\ufffd\ufffd\0", "latin1 \u00c3\u00bca\u00ff\u00fb\0",
          "ascii C<a\u007f{\0", "hex c3bc61fffb00", "base64 w7xh//sA", "base64url w7xh__sA", "utf16le \ubcc3\uff61\u00fb", "\"\"",
          "TypeError ERR_INVALID_ARG_VALUE The argument 'encoding' is invalid encoding. Received 'klingon'");
    }
  }

  @Test
  void aDenialShowsWhereItWasAsked() {
    try (var service =
        ServiceUnderTest.of(
            """
            import { readFile } from "node:fs/promises";
            async function settings() {
              return await readFile("secret");
            }
            const places = (e) => e.stack.split("\\n").slice(1).map((line) => line.trim()).join(", ");
            try { await settings(); } catch (e) { console.log(places(e)); }
            try { await fetch("http://a.example/"); } catch (e) { console.log(places(e)); }
            """)) {
      service.start();
      for (int i = 0; i < 2; i++) {
        service.tell(new BrokerDenied(service.awaitCall().id(), "read", "secret", "not granted"));
      }
      service.awaitOutput("at settings (page.js:3:16), at page.js:6:13, at page.js:1:1", "at page.js:7:13");
    }
  }

  @Test
  void readsALargeFileInChunksAndStopsWhereItEnds() {
    try (var service =
        ServiceUnderTest.of(
            """
            import { readFile } from "node:fs/promises";
            const bytes = await readFile("large");
            console.log(bytes.length, bytes[0], bytes[131072], bytes[bytes.length - 1]);
            """)) {
      service.start();
      answer(service, FileReply.opened(7, file(300_000)));
      byte[] first = new byte[128 * 1024];
      first[0] = 1;
      byte[] second = new byte[100];
      second[0] = 2;
      second[99] = 3;
      assertThat(answer(service, first)).isEqualTo(new FileRequest.Read(7, -1, first.length));
      assertThat(answer(service, second)).isEqualTo(new FileRequest.Read(7, -1, first.length));
      assertThat(answer(service, new byte[0])).isInstanceOf(FileRequest.Read.class);
      answer(service, new byte[0]);
      service.awaitOutput("131172 1 2 3");
    }
  }

  @Test
  void writesTextBytesAndWhatIsIterated() {
    try (var service =
        ServiceUnderTest.of(
            """
            import { writeFile, appendFile } from "node:fs/promises";
            await writeFile("a", "gr\u00fc\u00df \ud83d\ude00", { mode: 0o600 });
            await writeFile("a", "cafe", "hex");
            await writeFile("a", new Uint16Array([1, 2, 3]).subarray(1));
            await appendFile("a", new DataView(new ArrayBuffer(2), 1));
            async function* parts() { yield "one"; yield new Uint8Array([33]); }
            await writeFile("a", parts(), { flag: "wx" });
            await writeFile("a", "x".repeat(65535) + "\ud83d\ude00" + "y".repeat(65536));
            for (const bad of [undefined, null, 5, {}, Symbol.iterator]) {
              await writeFile("a", bad).catch(e => console.log(e.name, e.code));
            }
            await writeFile("a", "", { flag: "q" }).catch(e => console.log(e.code, e.message));
            """)) {
      service.start();
      written(service, new FileRequest.Open("a", WRITE, 0600), bytes("gr\u00fc\u00df \ud83d\ude00"));
      written(service, new FileRequest.Open("a", WRITE, 0666), new byte[] {(byte) 0xca, (byte) 0xfe});
      written(service, new FileRequest.Open("a", WRITE, 0666), new byte[] {2, 0, 3, 0});
      written(service, new FileRequest.Open("a", new OpenFile.Mode(false, true, true, true, false, false), 0666), new byte[1]);
      written(service, new FileRequest.Open("a", new OpenFile.Mode(false, true, false, true, true, true), 0666), bytes("one"), bytes("!"));
      written(
          service, new FileRequest.Open("a", WRITE, 0666), bytes("x".repeat(65535)), bytes("\ud83d\ude00" + "y".repeat(65534)), bytes("yy"));
      service.awaitOutput(
          "TypeError ERR_INVALID_ARG_TYPE", "TypeError ERR_INVALID_ARG_TYPE", "TypeError ERR_INVALID_ARG_TYPE",
          "TypeError ERR_INVALID_ARG_TYPE", "TypeError ERR_INVALID_ARG_TYPE",
          "ERR_INVALID_ARG_VALUE The argument 'flags' is invalid. Received 'q'");
    }
  }

  private static void written(ServiceUnderTest service, FileRequest.Open open, byte[]... parts) {
    assertThat(answer(service, FileReply.opened(3, file(0)))).isEqualTo(open);
    for (byte[] part : parts) {
      assertThat(answer(service, new byte[0])).isEqualTo(new FileRequest.Write(3, -1, part));
    }
    assertThat(answer(service, new byte[0])).isEqualTo(new CloseHandle(3));
  }

  @Test
  void errorsAreNodesAndDenialsAreOurs() {
    try (var service =
        ServiceUnderTest.of(
            """
            import * as fs from "node:fs/promises";
            const show = e => console.log(e instanceof Error, e.name, e.code, e.errno, e.syscall, e.path, e.dest, e.message);
            await fs.readFile("data/none").catch(show);
            await fs.rename("a", "b").catch(show);
            await fs.readFile("folder").catch(show);
            await fs.rm("folder").catch(show);
            await fs.rm("none", { force: true });
            await fs.readFile("secret").catch(e => console.log(e.name, e.permission, e.resource, e.message));
            await fs.stat("a\\0b").catch(e => console.log(e.name, e.code, e.message));
            await fs.stat(5).catch(e => console.log(e.name, e.code, e.message));
            await fs.symlink("a", "b").catch(e => console.log(e.code, e.message));
            """)) {
      service.start();
      fail(service, "ENOENT", "no such file or directory");
      assertThat(fail(service, "EXDEV", "cross-device link not permitted")).isEqualTo(new FileRequest.Rename("a", "b"));
      fail(service, "EISDIR", "illegal operation on a directory");
      fail(service, "EISDIR", "illegal operation on a directory");
      fail(service, "ENOENT", "no such file or directory");
      BrokerCall denied = service.awaitCall();
      service.tell(new BrokerDenied(denied.id(), "read", "secret", "service \"page\" may not read secret; grant it"));
      service.awaitOutput(
          "true Error ENOENT -2 open data/none undefined ENOENT: no such file or directory, open 'data/none'",
          "true Error EXDEV -18 rename a b EXDEV: cross-device link not permitted, rename 'a' -> 'b'",
          "true Error EISDIR -21 read undefined undefined EISDIR: illegal operation on a directory, read",
          "true Error ERR_FS_EISDIR 21 rm folder undefined Path is a directory: rm returned EISDIR (is a directory) folder",
          "PermissionDeniedError read secret service \"page\" may not read secret; grant it",
          "TypeError ERR_INVALID_ARG_VALUE The argument 'path' must be a string, Uint8Array, or URL without null bytes.",
          "TypeError ERR_INVALID_ARG_TYPE The \"path\" argument must be of type string or an instance of Buffer or URL. Received type number",
          "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM node:fs: symlink is not there; a service has node:fs/promises over the host's file door");
    }
  }

  @Test
  void statusListAndTheOthersAskAsTheyShould() {
    try (var service =
        ServiceUnderTest.of(
            """
            import * as fs from "node:fs/promises";
            const s = await fs.stat("a");
            console.log(s.isFile(), s.isDirectory(), s.size, s.mode.toString(8), s.mtime.toISOString(), s.mtimeMs, s.ino, s.uid, s.blocks);
            console.log((await fs.lstat(new TextEncoder().encode("b"))).isSymbolicLink());
            console.log((await fs.readdir("d")).join());
            console.log((await fs.readdir("d", { withFileTypes: true, recursive: true }))
              .map(e => e.parentPath + ":" + e.name + (e.isDirectory() ? "/" : e.isSymbolicLink() ? "@" : "")).join());
            console.log((await fs.readdir("d", { recursive: true })).join());
            console.log(await fs.mkdir("x/y/z", { recursive: true }), await fs.mkdir("x", "700"));
            await fs.rm("x", { recursive: true, force: true });
            await fs.rmdir("x");
            await fs.unlink({ href: "file:///x/y%20z?q" });
            await fs.access("x", fs.constants.R_OK | fs.constants.W_OK);
            await fs.copyFile("a", "b", fs.constants.COPYFILE_EXCL);
            await fs.truncate("a", 3);
            console.log(/^t-[a-zA-Z0-9]{6}$/.test(await fs.mkdtemp("t-")));
            """)) {
      service.start();
      assertThat(answer(service, FileReply.status(file(513)))).isEqualTo(new FileRequest.Status("a", true));
      assertThat(answer(service, FileReply.status(new FileStatus(FileStatus.Kind.LINK, 0777, 1, 1, 0, 0, 0, 0))))
          .isEqualTo(new FileRequest.Status("b", false));
      for (int i = 0; i < 3; i++) {
        assertThat(answer(service, FileReply.page(4, List.of(new Listing.Entry("z\u00fc", FileStatus.Kind.LINK), new Listing.Entry("sub", FileStatus.Kind.FOLDER)))))
            .isEqualTo(new FileRequest.List("d"));
        assertThat(answer(service, FileReply.page(4, List.of(new Listing.Entry("a", FileStatus.Kind.FILE))))).isEqualTo(new FileRequest.ListOn(4));
        assertThat(answer(service, FileReply.page(0, List.of()))).isEqualTo(new FileRequest.ListOn(4));
        if (i > 0) {
          assertThat(answer(service, FileReply.page(5, List.of(new Listing.Entry("b", FileStatus.Kind.FILE))))).isEqualTo(new FileRequest.List("d/sub"));
          answer(service, FileReply.page(0, List.of()));
        }
      }
      assertThat(answer(service, FileReply.count(2))).isEqualTo(new FileRequest.MakeFolder("x/y/z", true, 0777));
      assertThat(answer(service, FileReply.count(1))).isEqualTo(new FileRequest.MakeFolder("x", false, 0700));
      assertThat(answer(service, new byte[0])).isEqualTo(new FileRequest.Remove("x", FileRequest.Removal.TREE));
      assertThat(answer(service, new byte[0])).isEqualTo(new FileRequest.Remove("x", FileRequest.Removal.FOLDER));
      assertThat(answer(service, new byte[0])).isEqualTo(new FileRequest.Remove("/x/y z", FileRequest.Removal.FILE));
      assertThat(answer(service, new byte[0])).isEqualTo(new FileRequest.Access("x", 6));
      assertThat(answer(service, new byte[0])).isEqualTo(new FileRequest.Copy("a", "b", true));
      answer(service, FileReply.opened(9, file(5)));
      assertThat(answer(service, new byte[0])).isEqualTo(new FileRequest.Truncate(9, 3));
      answer(service, new byte[0]);
      fail(service, "EEXIST", "file already exists");
      answer(service, FileReply.count(1));
      service.awaitOutput(
          "true false 513 100640 1970-01-01T00:00:02.000Z 2000 0 0 2", "true", "a,sub,z\u00fc", "d:a,d:sub/,d:z\u00fc@,d/sub:b",
          "a,sub,z\u00fc,sub/b", "x/y undefined", "true");
    }
  }

  @Test
  void aFileHandleReadsWritesAndCloses() {
    try (var service =
        ServiceUnderTest.of(
            """
            import { open } from "node:fs/promises";
            const file = await open("a", "r+", 0o600);
            const target = new Uint8Array(8);
            console.log((await file.read(target, 2, 3, 10)).bytesRead, target.join());
            console.log((await file.read({ buffer: target, length: 2 })).bytesRead, target.join());
            console.log((await file.write("xyz", 5)).bytesWritten, (await file.write(new Uint8Array([1, 2, 3]), 1, 2)).bytesWritten);
            await file.truncate(2); await file.sync(); await file.datasync();
            console.log((await file.stat()).size, await file.readFile("utf8"), file.fd);
            await file.read(target, 7, 5).catch(e => console.log(e.name, e.code));
            await file.close(); await file.close();
            console.log(file.fd);
            await file.read(target).catch(e => console.log(e.code, e.message));
            try { new file.constructor(); } catch (e) { console.log(e.message); }
            """)) {
      service.start();
      assertThat(answer(service, FileReply.opened(6, file(0)))).isEqualTo(new FileRequest.Open("a", new OpenFile.Mode(true, true, false, false, false, false), 0600));
      assertThat(answer(service, new byte[] {1, 2, 3})).isEqualTo(new FileRequest.Read(6, 10, 3));
      assertThat(answer(service, new byte[] {9})).isEqualTo(new FileRequest.Read(6, -1, 2));
      assertThat(answer(service, new byte[0])).isEqualTo(new FileRequest.Write(6, 5, bytes("xyz")));
      assertThat(answer(service, new byte[0])).isEqualTo(new FileRequest.Write(6, -1, new byte[] {2, 3}));
      assertThat(answer(service, new byte[0])).isEqualTo(new FileRequest.Truncate(6, 2));
      assertThat(answer(service, new byte[0])).isEqualTo(new FileRequest.Sync(6, false));
      assertThat(answer(service, new byte[0])).isEqualTo(new FileRequest.Sync(6, true));
      assertThat(answer(service, FileReply.status(file(2)))).isEqualTo(new FileRequest.HandleStatus(6));
      assertThat(answer(service, FileReply.status(file(2)))).isEqualTo(new FileRequest.HandleStatus(6));
      answer(service, bytes("hi"));
      assertThat(answer(service, new byte[0])).isEqualTo(new CloseHandle(6));
      service.awaitOutput(
          "3 0,0,1,2,3,0,0,0", "1 9,0,1,2,3,0,0,0", "3 2", "2 hi 6", "RangeError ERR_OUT_OF_RANGE", "-1",
          "EBADF EBADF: bad file descriptor, read", "Illegal constructor");
    }
  }

  @Test
  void anAbortedSignalEndsAReadBetweenTwoChunks() {
    try (var service =
        ServiceUnderTest.of(
            """
            import { readFile } from "node:fs/promises";
            const signal = { aborted: false, reason: "enough" };
            setTimeout(() => { signal.aborted = true; }, 0);
            await readFile("a", { signal }).catch(e => console.log(e.name, e.code, e.cause));
            await readFile("a", { signal }).catch(e => console.log(e.name));
            await readFile("a", { signal: 5 }).catch(e => console.log(e.code));
            """)) {
      service.start();
      answer(service, FileReply.opened(6, file(10)));
      assertThat(answer(service, new byte[0])).isEqualTo(new CloseHandle(6));
      service.awaitOutput("AbortError ABORT_ERR enough", "AbortError", "ERR_INVALID_ARG_TYPE");
    }
  }

  @Test
  void aModuleOfNodesThatIsNotThereIsNamedWhenTheStartFails() {
    try (var service = ServiceUnderTest.of("import http from 'node:http';")) {
      service.start();
      assertThat(service.awaitError().headline())
          .isEqualTo(
              "TypeError: module \"node:http\" is not there; of Node's there are: " + ServiceUnderTest.NODE_MODULES);
    }
  }

  @Test
  void whatHasToBlockSaysWhatToUse() {
    try (var service =
        ServiceUnderTest.of(
            """
            import fs, { readFileSync, readFile, constants, promises } from "node:fs";
            for (const f of [readFileSync, readFile, fs.existsSync, fs.createReadStream]) {
              try { f("a"); } catch (e) { console.log(e.code, e.message); }
            }
            console.log(constants.O_CREAT, typeof promises.open, Object.isFrozen(fs), Object.isFrozen(promises));
            await import("node:http").catch(e => console.log(e.message));
            """)) {
      service.start();
      String end = " is not there; a service has node:fs/promises over the host's file door";
      service.awaitOutput(
          "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM node:fs: readFileSync, which would have to block," + end,
          "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM node:fs: readFile with a callback" + end,
          "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM node:fs: existsSync, which would have to block," + end,
          "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM node:fs: createReadStream, which would have to block," + end,
          "64 function true true",
          "module \"node:http\" is not there; of Node's there are: " + ServiceUnderTest.NODE_MODULES);
    }
  }

  /// Attack: a service replaces every built-in that the code behind node:fs could use, to change what is asked of the
  /// host or to get at what it is made of.
  @Test
  void patchedBuiltInsChangeNothingThatIsAsked() {
    try (var service =
        ServiceUnderTest.of(
            """
            import { readFile, writeFile, open, rename } from "node:fs/promises";
            const log = console.log;
            const define = Object.defineProperty;
            let called = 0;
            const evil = function () { called++; return 99; };
            const targets = [];
            for (const C of [Promise, Uint8Array, Array, String, Map, Object.getPrototypeOf(Uint8Array), ArrayBuffer, DataView,
                TextDecoder, TextEncoder, Number, RegExp]) {
              for (const target of [C, C.prototype]) {
                for (const key of Reflect.ownKeys(target)) {
                  const d = Object.getOwnPropertyDescriptor(target, key);
                  if (d.configurable) targets.push({ target, key, getter: d.get !== undefined || key === "constructor" });
                }
              }
            }
            for (const key of ["handle", "then", "bytes", "size", "kind", "0", "1", "resolve", "path", "content"]) {
              targets.push({ target: Object.prototype, key, getter: true });
            }
            const names = ["Number", "Symbol", "Promise", "Uint8Array", "Error", "TypeError", "JSON", "Reflect", "Math", "String"];
            for (let i = 0; i < targets.length; i++) {
              const { target, key, getter } = targets[i];
              define(target, key, getter ? { __proto__: null, get: evil, set: evil, configurable: true }
                : { __proto__: null, value: evil, writable: true, configurable: true });
            }
            for (let i = 0; i < names.length; i++) globalThis[names[i]] = evil;
            called = 0;
            writeFile("out", "text");
            rename("a", "b");
            readFile("in");
            log("asked", called);
            """)) {
      service.start();
      assertThat(service.awaitCall().request()).isEqualTo(new FileRequest.Open("out", WRITE, 0666));
      assertThat(service.awaitCall().request()).isEqualTo(new FileRequest.Rename("a", "b"));
      assertThat(service.awaitCall().request()).isEqualTo(new FileRequest.Open("in", OpenFile.Mode.READ, 0666));
      service.tell(new BrokerReply(1, FileReply.opened(3, file(0))));
      service.tell(new BrokerReply(3, FileReply.opened(4, file(2))));
      assertThat(service.awaitCall().request()).isEqualTo(new FileRequest.Write(3, -1, bytes("text")));
      assertThat(service.awaitCall().request()).isEqualTo(new FileRequest.Read(4, -1, 2));
      service.awaitOutput("asked 0");
    }
  }

  /// Attack: Proxies and objects with hostile getters as every argument; the host's half gets strings and numbers only.
  @Test
  void proxiesAsArgumentsReachNothing() {
    try (var service =
        ServiceUnderTest.of(
            """
            import * as fs from "node:fs/promises";
            import * as path from "node:path";
            const trap = new Proxy(function () {}, { get(t, k) { return k === "href" ? "file:///etc/passwd" : trap; }, has: () => true });
            const revoked = (() => { const r = Proxy.revocable({}, {}); r.revoke(); return r.proxy; })();
            const text = { toString() { return "in/a"; }, [Symbol.toPrimitive]() { return "in/a"; } };
            let outcomes = 0;
            for (const bad of [trap, revoked, text, Symbol("x"), 1n, [], ["a"], () => "a", new String("a"), NaN, -1, Infinity]) {
              for (const f of Object.values(fs)) {
                if (typeof f !== "function") continue;
                await f(bad, bad, bad).catch(e => { outcomes++; if (/ringfence|java|polyglot|failed$/.test(String(e.message))) console.log(f.name, String(e.message)); });
              }
              for (const f of Object.values(path)) {
                if (typeof f !== "function") continue;
                try { f(bad, bad); } catch (e) { if (/ringfence|java|polyglot/.test(String(e.message))) console.log(f.name, String(e.message)); }
              }
            }
            console.log(outcomes > 300);
            """)) {
      service.start();
      service.awaitOutput("true");
      assertThat(service.broker().poll((_, _, _) -> {}, 1)).isZero();
    }
  }

  @Test
  void aThousandFilesAtOnceNeedFewHandles() {
    try (var service =
        ServiceUnderTest.of(
            """
            import { readFile } from "node:fs/promises";
            const all = Array.from({ length: 20 }, (_, i) => readFile("f" + i).catch(() => i));
            console.log((await Promise.all(all)).join());
            """)) {
      service.start();
      java.util.Queue<Long> open = new java.util.ArrayDeque<>();
      for (int i = 0; i < 8; i++) {
        BrokerCall call = service.awaitCall();
        assertThat(call.request()).isEqualTo(new FileRequest.Open("f" + i, OpenFile.Mode.READ, 0666));
        open.add(call.id());
      }
      assertThat(service.broker().poll((_, _, _) -> {}, 1)).isZero();
      for (int i = 8; i < 28; i++) {
        service.tell(new BrokerFailure(open.remove(), "Error", "ENOENT", "ENOENT: no"));
        if (i < 20) {
          BrokerCall call = service.awaitCall();
          assertThat(call.request()).isEqualTo(new FileRequest.Open("f" + i, OpenFile.Mode.READ, 0666));
          open.add(call.id());
        }
      }
      service.awaitOutput("0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19");
    }
  }

  @Test
  void replyBytesAreBoundedByWhoReads() {
    // What has no answer yet must not grow the host's memory: only so many reads are out at once.
    try (var service =
        ServiceUnderTest.of(
            """
            import { open } from "node:fs/promises";
            const file = await open("a");
            for (let i = 0; i < 200; i++) file.read(new Uint8Array(131072), 0, 131072, i);
            """)) {
      service.start();
      answer(service, FileReply.opened(6, file(0)));
      for (int i = 0; i < 32; i++) {
        assertThat(service.awaitCall().request()).isEqualTo(new FileRequest.Read(6, i, 131072));
      }
      service.tell(new BrokerReply(2, new byte[1]));
      assertThat(service.awaitCall().request()).isEqualTo(new FileRequest.Read(6, 32, 131072));
      assertThat(service.broker().poll((_, _, _) -> {}, 1)).isZero();
    }
    assertThat(ByteBuffer.wrap(FileReply.count(3)).order(ByteOrder.LITTLE_ENDIAN).getDouble()).isEqualTo(3.0);
  }
}
