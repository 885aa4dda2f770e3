package ringfence.sandbox.launch;

import java.nio.file.Path;

/// A host that starts workers, behind the wall and plain in turn, until it is killed.
final class DoomedHost {
  private static final int MOST = 6;

  private DoomedHost() {}

  /// Starts them, and then waits for its end.
  ///
  /// @param arguments a folder whose name marks the workers' command lines
  public static void main(String[] arguments) throws Exception {
    WorkerImage image = TestWorker.image(Path.of(arguments[0]));
    BubblewrapLauncher walled = new BubblewrapLauncher(MachineProbe.detect());
    PlainLauncher plain = new PlainLauncher();
    for (int i = 0; i < MOST; i++) {
      TestWorker worker =
          i % 2 == 0
              ? TestWorker.start(walled, TestWorker.WALLED, image)
              : TestWorker.start(plain, TestWorker.PLAIN, image);
      System.out.println(worker.process().pid());
    }
    Thread.currentThread().join();
  }
}
