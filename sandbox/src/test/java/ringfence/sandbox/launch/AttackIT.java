package ringfence.sandbox.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Attack: native code in a worker calls the kernel and looks for what is the host's. Grants: none.
/// Expected: everything is refused behind the wall, and the same succeeds from a plain, unsealed worker.
class AttackIT {
  private static final int SIGSYS = 31;
  private static final String EPERM = "refused 1";
  private static final String ESRCH = "refused 3";
  private static final String EBADF = "refused 9";

  @TempDir private Path folder;

  @Test
  void everySystemCallThatWorksInAPlainWorkerIsRefusedInASealedOne() throws Exception {
    List<String> attacks =
        List.of(
            "socket", "unixSocket", "memfd", "ioUring", "unshare", "openForWriting", "prctl",
            "kill " + ProcessHandle.current().pid());
    SoftAssertions softly = new SoftAssertions();
    try (PlainLauncher launcher = new PlainLauncher();
        TestWorker worker = TestWorker.start(launcher, TestWorker.PLAIN)) {
      for (String attack : attacks) {
        softly.assertThat(worker.ask("attack " + attack)).as("plain, %s", attack).startsWith("done");
      }
      // Of a descriptor and of a process that is none: that the kernel looked shows that it would do it.
      softly.assertThat(worker.ask("attack ftruncate")).as("plain, ftruncate").isEqualTo(EBADF);
      softly.assertThat(worker.ask("attack startProcess")).isEqualTo("done 0");
      softly.assertThat(worker.ask("attack ptrace")).as("plain, ptrace").isEqualTo(ESRCH);
    }
    try (BubblewrapLauncher launcher = new BubblewrapLauncher(MachineProbe.detect());
        TestWorker worker = TestWorker.start(launcher, TestWorker.WALLED)) {
      assertThat(worker.ask("seal")).isEqualTo("sealed");
      for (String attack : attacks) {
        softly.assertThat(worker.ask("attack " + attack)).as("sealed, %s", attack).isEqualTo(EPERM);
      }
      softly.assertThat(worker.ask("attack ftruncate")).as("sealed, ftruncate").isEqualTo(EPERM);
      softly.assertThat(worker.ask("attack startProcess")).isEqualTo("refused IOException");
    }
    softly.assertAll();
  }

  @Test
  void whatIsTheHostsIsOutOfReachBehindTheWallEvenBeforeTheSeal() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), "canary");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    String environment = "attack environment PATH=" + System.getenv("PATH");
    SoftAssertions softly = new SoftAssertions();
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      String connect = "attack connect " + server.getLocalPort();
      try (PlainLauncher launcher = new PlainLauncher();
          TestWorker worker = TestWorker.start(launcher, TestWorker.PLAIN)) {
        softly.assertThat(worker.ask("attack readFile " + secret)).isEqualTo("done canary");
        softly.assertThat(worker.ask("attack writeFile " + folder.resolve("w"))).isEqualTo("done w");
        softly.assertThat(worker.ask(environment)).isEqualTo("done");
        softly.assertThat(worker.ask("attack processes")).isNotEqualTo("done 1");
        softly.assertThat(worker.ask(connect)).isEqualTo("done");
        softly
            .assertThat(worker.ask("attack interfaces"))
            .isEqualTo("done " + Attacks.interfaces(Path.of("/proc/net/dev")));
      }
      try (BubblewrapLauncher launcher = new BubblewrapLauncher(MachineProbe.detect());
          TestWorker worker = TestWorker.start(launcher, TestWorker.WALLED)) {
        // The seal refuses what the JDK needs for listing a folder; before, there is only the worker.
        List<String> alone = List.of("done 1", "refused FileSystemException");
        for (String state : List.of("booted", "sealed")) {
          if (state.equals("sealed")) {
            assertThat(worker.ask("seal")).isEqualTo("sealed");
          }
          softly
              .assertThat(worker.ask("attack readFile " + secret))
              .as(state)
              .isEqualTo("refused NoSuchFileException");
          softly
              .assertThat(worker.ask("attack writeFile " + folder.resolve("x")))
              .as(state)
              .startsWith("refused");
          softly.assertThat(worker.ask(environment)).as(state).startsWith("refused");
          softly.assertThat(worker.ask("attack processes")).as(state).isIn(alone);
          softly.assertThat(worker.ask(connect)).as(state).startsWith("refused");
          softly.assertThat(worker.ask("attack interfaces")).as(state).isEqualTo("done [lo]");
        }
      }
    }
    softly.assertAll();
  }

  @Test
  void sealedWorkerThatTriesToExecuteOrTraceIsKilledAndItsExitSaysSo() throws Exception {
    try (PlainLauncher plain = new PlainLauncher();
        BubblewrapLauncher launcher = new BubblewrapLauncher(MachineProbe.detect())) {
      try (TestWorker worker = TestWorker.start(plain, TestWorker.PLAIN)) {
        worker.tell("attack execve");
        // It has become /bin/true.
        assertThat(worker.awaitExit().status()).isZero();
      }
      for (String attack : List.of("attack execve", "attack ptrace")) {
        try (TestWorker worker = TestWorker.start(launcher, TestWorker.WALLED)) {
          assertThat(worker.ask("seal")).isEqualTo("sealed");
          worker.tell(attack);
          assertThat(worker.awaitExit().anySignal()).as(attack).isEqualTo(SIGSYS);
        }
      }
    }
  }

  @Test
  void sealedWorkerCanStartThreadsUpToItsBoundOnly() throws Exception {
    try (PlainLauncher plain = new PlainLauncher();
        BubblewrapLauncher launcher = new BubblewrapLauncher(MachineProbe.detect())) {
      try (TestWorker worker = TestWorker.start(plain, TestWorker.PLAIN)) {
        assertThat(worker.ask("seal")).isEqualTo("sealed");
        assertThat(worker.ask("threads 100")).isEqualTo("done 100");
      }
      try (TestWorker worker = TestWorker.start(launcher, TestWorker.WALLED)) {
        assertThat(worker.ask("seal")).isEqualTo("sealed");
        assertThat(worker.ask("threads 10")).isEqualTo("done 10");
        assertThat(worker.ask("threads 100")).startsWith("refused after ");
      }
    }
  }
}
