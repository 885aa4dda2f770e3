package ringfence.jsruntime.context;

import java.util.function.BiConsumer;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import ringfence.sandbox.link.Calling;
import ringfence.sandbox.protocol.BrokerRequest;
import ringfence.sandbox.protocol.ErrorReport;
import ringfence.sandbox.protocol.OutputLevel;

/// What the prelude asks of Java. Called on the loop's thread, in the middle of guest code: so nothing
/// here enters the context again.
public interface GuestCalls {
  /// What the prelude asks of the links.
  LinkCalls links();

  /// Gives the prelude more functions of Java's, before it runs.
  ///
  /// @param put takes each function by its name
  default void bind(BiConsumer<String, ProxyExecutable> put) {}

  void output(OutputLevel level, String text);

  int startTimer(int delayMillis, boolean repeat);

  /// Starts a timer that fires once and that nobody waits for: it does not keep the service alive.
  int startBackgroundTimer(int delayMillis);

  void clearTimer(int id);

  /// Has [Guest#runTask] called once, after what runs now.
  void postTask();

  /// Asks the host for something; [Guest#brokerReply], [Guest#brokerFailure] or [Guest#brokerDenied] hears the answer.
  Calling ask(BrokerRequest request);

  void uncaught(ErrorReport error);

  /// Tells that the entry module's top level has ended.
  ///
  /// @param exports how many names it exports
  void started(int exports);

  void startFailed(ErrorReport error);

  void closeHandlersDone();
}
