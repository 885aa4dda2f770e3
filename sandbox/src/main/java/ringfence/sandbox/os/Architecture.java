package ringfence.sandbox.os;

/// The system call numbers and flags that differ between the supported processors, and the kernel's name for each.
///
/// @see "arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h"
public enum Architecture {
  X86_64(0xC000003E, 202, 317, 231, 0x10000, 0x20000),
  AARCH64(0xC00000B7, 98, 277, 94, 0x4000, 0x8000);

  private final int auditArch;
  final int futex;
  final int seccomp;
  final int exitGroup;

  /// O_DIRECTORY and O_NOFOLLOW of open(2), the two flags of ours that differ.
  final int oDirectory;

  final int oNofollow;

  Architecture(
      int auditArch, int futex, int seccomp, int exitGroup, int oDirectory, int oNofollow) {
    this.auditArch = auditArch;
    this.futex = futex;
    this.seccomp = seccomp;
    this.exitGroup = exitGroup;
    this.oDirectory = oDirectory;
    this.oNofollow = oNofollow;
  }

  /// The AUDIT_ARCH_* constant that a seccomp filter compares with.
  public int auditArch() {
    return auditArch;
  }

  /// The processor that this JVM runs on.
  ///
  /// @throws UnsupportedOperationException on any other processor or kernel, naming it
  public static Architecture current() {
    String os = System.getProperty("os.name");
    String arch = System.getProperty("os.arch");
    if ("Linux".equals(os) && "amd64".equals(arch)) {
      return X86_64;
    }
    if ("Linux".equals(os) && "aarch64".equals(arch)) {
      return AARCH64;
    }
    throw new UnsupportedOperationException(
        "the walls need Linux on x86-64 or aarch64; this is " + os + " on " + arch);
  }
}
