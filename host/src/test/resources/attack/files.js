// area: files of the host
// goal: read, change or learn of a file that is not granted, hold the host up by one, or write without bound
// grants: {"permissions": {"read": ["in", "out/both", "/dev/zero"], "write": ["out"]}, "limits": {"files": 4, "written": "64KiB"}}
// without: engine
const folder = service.args[1];
const denied = "PermissionDeniedError";
const outside = "leads out of what is granted";

// Without the wall: the same calls with Java's own files, in the folder that the paths are relative to.
function javaFiles() {
  const Files = Java.type("java.nio.file.Files");
  const Path = Java.type("java.nio.file.Path");
  const at = (path) => Path.of(folder).resolve(String(path));
  const all = (path, options) => new (Java.type("java.io.RandomAccessFile"))(at(path).toString(), options);
  return {
    readFile: (path) => Files.readString(at(path)),
    readdir: (path) => Java.from(Files.list(at(path)).map((file) => file.getFileName().toString()).toList()),
    stat: (path) => ({ size: Files.size(at(path)) }),
    writeFile: (path, text) => { Files.writeString(at(path), text); },
    appendFile: (path, text) => { Files.writeString(at(path), "whole" + text); },
    truncate: (path) => { all(path, "rw").setLength(0); },
    mkdir: (path) => { Files.createDirectory(at(path)); },
    unlink: (path) => { Files.delete(at(path)); },
    rename: (from, to) => { if (!at(from).toFile().renameTo(at(to).toFile())) throw new Error("not moved"); },
    copyFile: (from, to) => { Files.copy(at(from), at(to)); },
    symlink: (target, path) => { Files.createSymbolicLink(at(path), Path.of(target)); },
    link: (target, path) => { Files.createLink(at(path), at(target)); },
    open: (path) => all(path, "rw"),
  };
}

const fs = typeof Java === "undefined" ? await import("node:fs/promises") : javaFiles();
const hasIt = (text) => String(text).includes("taken");
const exists = async (path) => { await fs.stat(path); return true; };

// ---- names

const reads = (name, refusal, path) => attempt(name, refusal, async () => hasIt(await fs.readFile(path, "utf8")));
reads("a file beside the granted folder", denied, "secret.mjs");
reads("a file by dots behind the grant", denied, "in/../secret.mjs");
reads("a file by dots through the parent", denied, "in/../../" + folder.split("/").at(-1) + "/secret.mjs");
reads("a file by dots beyond the root", denied, "in/" + "../".repeat(40) + folder.slice(1) + "/secret.mjs");
reads("a file by its path", denied, folder + "/secret.mjs");
reads("a file by many slashes", denied, "//" + folder + "//in//..//secret.mjs");
reads("a file by a dot that is none", denied, "in/./.././secret.mjs");
reads("a file through the process's root", denied, "/proc/self/root" + folder + "/secret.mjs");
reads("a file that may be written only", denied, "out/own.txt");
attempt("the host's users", denied, async () => String(await fs.readFile("/etc/passwd", "utf8")).includes("root:"));
attempt("the host's environment", denied, async () => String(await fs.readFile("/proc/self/environ", "utf8")).includes("="));
attempt("the empty name as a folder", denied, async () => (await fs.readdir("")).includes("secret.mjs"));
attempt("a dot as a folder", denied, async () => (await fs.readdir(".")).includes("secret.mjs"));
attempt("whether a file exists", denied, () => exists("secret.mjs"));
attempt("the names beneath a folder to write", denied, async () => (await fs.readdir("out")).includes("own.txt"));

// What one part of a runtime decodes, cuts or reads twice, after another has decided.
attempt("dots in percent signs", "ENOENT", async (unguarded) =>
  hasIt(await fs.readFile(unguarded ? decodeURIComponent("in/%2e%2e/secret.mjs") : "in/%2e%2e/secret.mjs", "utf8")));
attempt("dots in percent signs of a URL", denied, async (unguarded) => {
  const href = "file://" + folder + "/in/%2e%2e/secret.mjs";
  return hasIt(await fs.readFile(unguarded ? decodeURIComponent(href.slice("file://".length)) : new URL(href), "utf8"));
});
attempt("a slash in percent signs of a URL", denied, async (unguarded) => {
  const href = "file://" + folder + "/in/..%2fsecret.mjs";
  return hasIt(await fs.readFile(unguarded ? decodeURIComponent(href.slice("file://".length)) : new URL(href), "utf8"));
});
attempt("a NUL, where C's names end", "ERR_INVALID_ARG_VALUE", async (unguarded) => {
  const path = "secret.mjs\0/../in/a.txt";
  try {
    return hasIt(await fs.readFile(unguarded ? path.slice(0, path.indexOf("\0")) : path, "utf8"));
  } catch (e) { throw e.code ?? e; }
});
attempt("a name that changes once it is checked", "ERR_INVALID_ARG_TYPE", async (unguarded) => {
  let asked = 0;
  const path = { toString: () => (asked++ === 0 ? "in/a.txt" : "secret.mjs") };
  if (unguarded) return String(path).startsWith("in/") && hasIt(await fs.readFile(String(path)));
  try { return hasIt(await fs.readFile(path, "utf8")); } catch (e) { throw e.code ?? e; }
});
attempt("bytes of a name that change once it is checked", "nothing gained", async (unguarded) => {
  const codes = (text) => [...text].map((c) => c.charCodeAt(0));
  const bytes = Uint8Array.from(codes("in/./a.txt"));
  if (unguarded) {
    const name = () => String.fromCharCode(...bytes);
    if (!name().startsWith("in/")) return false;
    bytes.set(codes("secret.mjs"));
    return hasIt(await fs.readFile(name()));
  }
  const reading = fs.readFile(bytes, "utf8");
  bytes.set(codes("secret.mjs"));
  return hasIt(await reading);
});

// ---- links

reads("a link", outside, "in/link");
reads("a chain of links", outside, "in/first");
reads("a file behind a link to a folder", outside, "in/up/secret.mjs");
reads("an absolute link", outside, "in/absolute");
attempt("a link to the environment", outside, async () => String(await fs.readFile("in/environ", "utf8")).includes("="));
attempt("a link to the host's root", outside, async () => String(await fs.readFile("in/host/etc/passwd", "utf8")).includes("root:"));
attempt("a folder behind a link", outside, async () => (await fs.readdir("in/up")).includes("secret.mjs"));
attempt("a file made through a dangling link", outside, async () => { await fs.writeFile("out/dangling", "made"); return true; });
attempt("a file overwritten through a link", outside, async () => { await fs.writeFile("out/secret", "taken"); return true; });
attempt("a file made behind a link to a folder", outside, async () => { await fs.writeFile("out/up/made2.txt", "made"); return true; });
attempt("a link of one's own", "is not there", async () => {
  await fs.symlink("../secret.mjs", "out/mine");
  return hasIt(await fs.readFile("out/mine", "utf8"));
});
attempt("another name for a file outside", "is not there", async () => {
  await fs.link("secret.mjs", "out/same");
  return hasIt(await fs.readFile("out/same", "utf8"));
});

// ---- writing what may be read only

const still = async (path) => String(await fs.readFile(path, "utf8")) === "whole";
const damages = (name, refusal, path, act) => attempt(name, refusal, async () => { await act(path); return !(await still(path)); });
damages("writing", denied, "in/written.txt", (path) => fs.writeFile(path, "broken"));
damages("appending", denied, "in/appended.txt", (path) => fs.appendFile(path, "more"));
damages("cutting", denied, "in/cut.txt", (path) => fs.truncate(path));
attempt("opening to write", denied, async () => (await fs.open("in/opened.txt", "r+")) !== undefined);
attempt("a flag that cuts what is opened to read", "The argument 'flags' is invalid", async () => {
  await fs.open("in/flagged.txt", 512);
  return true;
});
attempt("writing by a handle that reads", "EBADF", async () => {
  const handle = await fs.open("in/a.txt", "r");
  try {
    if (typeof handle.truncate === "function") await handle.write("broken");
    else handle.writeBytes("whole");
  } finally { await handle.close(); }
  return true;
});
attempt("cutting by a handle that reads", "EINVAL", async () => {
  const handle = await fs.open("in/a.txt", "r");
  try {
    if (typeof handle.truncate === "function") await handle.truncate(0);
    else handle.setLength(5);
  } finally { await handle.close(); }
  return true;
});
attempt("removing", denied, async () => { await fs.unlink("in/removed.txt"); return true; });
attempt("moving away", denied, async () => { await fs.rename("in/moved.txt", "out/moved.txt"); return true; });
attempt("moving over", denied, async () => {
  await fs.rename("out/both/a.txt", "in/over.txt");
  return !(await still("in/over.txt"));
});
attempt("copying in", denied, async () => { await fs.copyFile("in/a.txt", "in/copied.txt"); return true; });
attempt("a folder", denied, async () => { await fs.mkdir("in/made"); return true; });
attempt("reading by moving to where it may be read", denied, async () => {
  await fs.rename("out/own.txt", "out/both/mine.txt");
  return hasIt(await fs.readFile("out/both/mine.txt", "utf8"));
});
attempt("taking a file outside along by its move", denied, async () => { await fs.rename("secret.mjs", "out/secret.mjs"); return true; });

// ---- what is no file

attempt("a device without an end, by a grant of it", "ENXIO", async () => {
  const handle = await fs.open("/dev/zero", "r");
  return handle.read() === 0;
});
attempt("a FIFO without a writer", "ENXIO", async () => (await fs.open("in/fifo", "r")) !== undefined);

// ---- more than is allowed

attempt("more open files than granted", "EMFILE", async () => {
  const open = [];
  try {
    for (let i = 0; i < 20; i++) open.push(await fs.open("in/a.txt", "r"));
  } finally {
    for (const handle of open) await handle.close();
  }
  return open.length === 20;
});
attempt("more bytes than granted", "EDQUOT", async () => {
  for (let i = 0; i < 20; i++) await fs.writeFile("out/many" + i + ".txt", "x".repeat(8192));
  return true;
});

// ---- words and modules

attempt("the host's own path, in an error", "nothing gained", async () => {
  let heard = "";
  for (const act of [() => fs.readFile("in/none"), () => fs.readFile("in"), () => fs.readdir("in/a.txt"), () => fs.unlink("out/none"),
    () => fs.readFile("in/link"), () => fs.writeFile("in/x", ""), () => fs.readFile("secret.mjs")]) {
    try { await act(); } catch (e) { heard += String(e) + String(e.stack) + Object.values(e).join(); }
  }
  return heard.includes(folder);
});
attempt("a module in the granted folder", "is not part of the service", async () =>
  hasIt((await import(typeof Java === "undefined" ? "./in/" + "module.mjs" : folder + "/in/module.mjs")).default));
attempt("a module in the granted folder, by its path", "is not part of the service", async () =>
  hasIt((await import(folder + "/in/module.mjs")).default));
