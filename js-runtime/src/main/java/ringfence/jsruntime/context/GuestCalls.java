package ringfence.jsruntime.context;

import java.util.function.BiConsumer;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import ringfence.sandbox.protocol.BrokerRequest;
import ringfence.sandbox.protocol.ErrorReport;
import ringfence.sandbox.protocol.OutputLevel;

/// What the prelude asks of Java. Called on the loop's thread, in the middle of guest code: so nothing
/// here enters the context again.
public interface GuestCalls {
  /// What became of a message that guest code wants to send.
  enum Sent {
    SENT,
    /// There is no peer, or it has gone.
    CLOSED,
    /// Too much is waiting for the peer already.
    FULL,
    /// It can never be sent.
    LARGE
  }

  /// The number of a call, or why there is none.
  ///
  /// @param id from 1; 0 if it was not sent
  record Call(int id, Sent sent) {}

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

  Call call(String peer, String function, byte[] arguments, double timeoutMillis);

  /// Answers a call that [Guest#serve] was given.
  Sent answer(int key, boolean fine, byte[] value);

  void emit(String event, byte[] arguments);

  /// Tells how many listeners there are for the events of an import.
  void listeners(String peer, int count);

  /// Asks the host for something; [Guest#brokerReply], [Guest#brokerFailure] or [Guest#brokerDenied] hears the answer.
  Call ask(BrokerRequest request);

  void uncaught(ErrorReport error);

  /// Tells that the entry module's top level has ended.
  ///
  /// @param exports how many names it exports
  void started(int exports);

  void startFailed(ErrorReport error);

  void closeHandlersDone();

  /// The longest encoded value that fits into a message.
  int messageLimit();
}
