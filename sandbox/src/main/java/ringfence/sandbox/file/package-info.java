/// Files beneath granted roots: the wall of the file door.
///
/// ```
///   FileTree(root)  --- openat2(root, O_PATH, no links) --->  the root's descriptor
///        open("a/b") -- openat2(root's descriptor, "a/b", BENEATH, no magic links) --> O_PATH descriptor
///                    -- is it a regular file, and none of the kernel's own? --> OpenFile
/// ```
/// Whatever a name is made to lead to meanwhile, the kernel's walk never leaves the root. Links that stay beneath are
/// followed; absolute links, and `..` above the root, are not. Mount points beneath a root are followed, since only an
/// administrator makes them, but for the kernel's own file systems (/proc, /sys and their like), which are no files of
/// anybody's. FIFOs, sockets and devices are never opened. A hard link is the file itself: whoever can make one in a
/// granted folder grants that file; nothing here makes links.
///
/// What may be opened is decided elsewhere; here is only what that leads to.
@NullMarked
package ringfence.sandbox.file;

import org.jspecify.annotations.NullMarked;
