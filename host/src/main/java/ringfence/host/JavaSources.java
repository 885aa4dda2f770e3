package ringfence.host;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.link.Sent;
import ringfence.sandbox.link.StreamBlock;
import ringfence.sandbox.protocol.ServiceMessage;
import ringfence.sandbox.value.ServiceValue;
import ringfence.sandbox.value.UnsupportedValueException;
import ringfence.sandbox.value.ValueCodec;

/// Iterators that services read. Each has a virtual thread, which asks it only while the reader has room.
///
/// The map belongs to the peer's thread.
final class JavaSources {
  private final JavaPeer peer;
  private final Map<Integer, Source> sources = new HashMap<>();

  JavaSources(JavaPeer peer) {
    this.peer = peer;
  }

  /// Values for sending, with a stream in the place of each iterator.
  ///
  /// @param streams takes the iterators, in order
  static List<ServiceValue> values(Collection<?> objects, List<Iterator<?>> streams) {
    List<ServiceValue> values = new ArrayList<>();
    for (Object object : objects) {
      values.add(value(object, streams));
    }
    return values;
  }

  static ServiceValue value(@Nullable Object object, List<Iterator<?>> streams) {
    if (object instanceof Iterator<?> iterator) {
      streams.add(iterator);
      return new ServiceValue.Stream(ValueCodec.ITERATOR, streams.size() - 1);
    }
    return ServiceValue.of(object);
  }

  /// Begins to serve iterators, whose message has been sent.
  void start(StreamBlock block, List<Iterator<?>> iterators) {
    for (int i = 0; i < block.size(); i++) {
      start(block.first() + i, iterators.get(i));
    }
  }

  void start(int key, Iterator<?> iterator) {
    Source source = new Source(key, iterator);
    sources.put(key, source);
    source.begin();
  }

  void resume(int key) {
    Source source = sources.get(key);
    if (source != null) {
      source.room.release();
    }
  }

  void stop(int key) {
    Source source = sources.remove(key);
    if (source != null) {
      source.stop();
    }
  }

  void stopAll() {
    List.copyOf(sources.values()).forEach(Source::stop);
    sources.clear();
  }

  /// Lets go of an iterator that nobody asks any more.
  static void close(Iterator<?> iterator) {
    if (iterator instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        JavaServing.LOG.log(System.Logger.Level.WARNING, "iterator-not-closed", e);
      }
    }
  }

  private final class Source {
    final int key;
    final Semaphore room = new Semaphore(0);
    private final Iterator<?> iterator;
    private final Thread thread;
    private volatile boolean stopped;

    Source(int key, Iterator<?> iterator) {
      this.key = key;
      this.iterator = iterator;
      this.thread = Thread.ofVirtual().name("ringfence-stream-" + key).unstarted(this::run);
    }

    void begin() {
      thread.start();
    }

    void stop() {
      stopped = true;
      thread.interrupt();
    }

    private void run() {
      try {
        room.acquire();
        while (!stopped && iterator.hasNext()) {
          if (!send(ServiceValue.of(iterator.next()))) {
            return;
          }
        }
        end(true, JavaServing.encode(ServiceValue.Nothing.UNDEFINED));
      } catch (InterruptedException _) {
        // Nobody reads any more.
      } catch (HostError e) {
        end(false, JavaServing.error(e.name(), String.valueOf(e.getMessage())));
      } catch (UnsupportedValueException e) {
        end(false, JavaServing.error("DataCloneError", "a value of the stream: " + e.getMessage()));
      } catch (RuntimeException e) {
        if (!stopped) {
          JavaServing.LOG.log(System.Logger.Level.WARNING, "host-stream-failed", e);
          end(false, JavaServing.error("Error", "the stream of the host failed"));
        }
      } finally {
        close(iterator);
      }
    }

    /// Sends one item, and waits for room for the next.
    private boolean send(ServiceValue value) throws InterruptedException {
      byte[] item = ValueCodec.encode(value, ServiceMessage.MOST_ITEM_BYTES);
      CompletableFuture<Sent> sent = new CompletableFuture<>();
      peer.post(() -> sent.complete(stopped ? Sent.CLOSED : peer.endpoint().sendItem(key, item, StreamBlock.NONE)));
      try {
        switch (sent.get()) {
          case SENT -> {}
          case FULL -> room.acquire();
          case CLOSED, LARGE -> {
            return false;
          }
        }
        return true;
      } catch (java.util.concurrent.ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }

    private void end(boolean fine, byte[] value) {
      peer.post(
          () -> {
            if (sources.remove(key, this)) {
              peer.endpoint().endStream(key, fine, value);
            }
          });
    }
  }
}
