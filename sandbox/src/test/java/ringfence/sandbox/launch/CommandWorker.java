package ringfence.sandbox.launch;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import ringfence.sandbox.port.ring.RingPort;

/// What the tests start as a worker: it does what it is told over its first region, one word and its
/// arguments a message, and answers each with one message.
final class CommandWorker {
  private static final List<byte[]> HOARD = new ArrayList<>();

  private CommandWorker() {}

  public static void main(String[] arguments) throws Exception {
    CommandSocket socket = CommandSocket.serve();
    RingPort port = socket.awaitRegion(0, Duration.ofSeconds(20));
    while (true) {
      List<String> commands = new ArrayList<>();
      if (port.await(Duration.ofSeconds(1))) {
        port.poll(
            (buffer, offset, length) ->
                commands.add(new String(buffer, offset, length, StandardCharsets.UTF_8)),
            1);
      }
      for (String command : commands) {
        port.offer(answer(command, socket).getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private static String answer(String command, CommandSocket socket) throws Exception {
    String[] words = command.split(" ", 2);
    String rest = words.length > 1 ? words[1] : "";
    return switch (words[0]) {
      case "echo" -> rest;
      case "seal" -> {
        WorkerSeal.apply();
        yield "sealed";
      }
      case "region" -> socket.awaitRegion(Long.parseLong(rest), Duration.ofSeconds(5)).state().name();
      case "exhaust" -> {
        while (true) {
          HOARD.add(new byte[1 << 20]);
        }
      }
      case "native" -> Attacks.touchMemory(Integer.parseInt(rest));
      case "threads" -> Attacks.startThreads(Integer.parseInt(rest));
      case "attack" -> Attacks.run(rest);
      default -> throw new IllegalArgumentException(command);
    };
  }
}
