package ringfence.host.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import ringfence.host.trace.Tracing;
import ringfence.sandbox.file.OpenFile;
import ringfence.sandbox.permission.Decision;
import ringfence.sandbox.permission.FileAccess;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.permission.Permissions;
import ringfence.sandbox.protocol.BrokerRequest.CloseHandle;
import ringfence.sandbox.protocol.FileRequest;
import ringfence.sandbox.protocol.ServiceName;

/// The file door of one run over real files; the test is the worker that asks, hostile or not.
final class Door implements Answers, AutoCloseable {
  static final OpenFile.Mode WRITE = new OpenFile.Mode(false, true, false, true, true, false);
  static final OpenFile.Mode CHANGE = new OpenFile.Mode(true, true, false, false, false, false);

  private final Path auditFile;
  private final AuditLog audit;
  private final RunBrokers brokers;
  private final AtomicLong ids = new AtomicLong();
  private final ConcurrentHashMap<Long, CompletableFuture<Answer>> waiting = new ConcurrentHashMap<>();

  /// What came back.
  sealed interface Answer {
    @SuppressWarnings("ArrayRecordComponent") // read by one test, never compared
    record Reply(byte[] value) implements Answer {
      double number(int index) {
        return ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getDouble(index * Double.BYTES);
      }

      int handle() {
        return (int) number(0);
      }

      String text() {
        return new String(value, UTF_8);
      }
    }

    record Failure(String code, String message) implements Answer {}

    record Denial(String permission, String resource, String sentence) implements Answer {}
  }

  private Door(Path auditFile, FileAccess access, Limits limits) {
    this.auditFile = auditFile;
    this.audit = AuditLog.to(auditFile, InstantSource.system());
    this.brokers =
        new RunBrokers(
            new Doorkeeper(new ServiceName("report"), 1, Permissions.NONE.withFiles(access), audit), limits, this, Tracing.off());
  }

  static Door of(Path auditFile, FileAccess access) {
    return of(auditFile, access, Limits.DEFAULT);
  }

  static Door of(Path auditFile, FileAccess access, Limits limits) {
    return new Door(auditFile, access, limits);
  }

  /// Asks, and waits for the answer.
  Answer ask(FileRequest request) {
    return await(begin(request));
  }

  CompletableFuture<Answer> begin(FileRequest request) {
    long id = ids.incrementAndGet();
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    brokers.serve(id, request);
    return answer;
  }

  static Answer await(CompletableFuture<Answer> answer) {
    return answer.orTimeout(30, TimeUnit.SECONDS).join();
  }

  Answer.Reply reply(FileRequest request) {
    Answer answer = ask(request);
    assertThat(answer).isInstanceOf(Answer.Reply.class);
    return (Answer.Reply) answer;
  }

  String code(FileRequest request) {
    Answer answer = ask(request);
    assertThat(answer).isInstanceOf(Answer.Failure.class);
    assertThat(((Answer.Failure) answer).message()).startsWith(((Answer.Failure) answer).code() + ": ");
    return ((Answer.Failure) answer).code();
  }

  Answer.Denial denial(FileRequest request) {
    Answer answer = ask(request);
    assertThat(answer).isInstanceOf(Answer.Denial.class);
    return (Answer.Denial) answer;
  }

  int open(String path, OpenFile.Mode mode) {
    return reply(new FileRequest.Open(path, mode, 0666)).handle();
  }

  String read(String path) {
    int handle = open(path, OpenFile.Mode.READ);
    String text = reply(new FileRequest.Read(handle, 0, 1 << 16)).text();
    closeHandle(handle);
    return text;
  }

  void write(String path, String text) {
    int handle = open(path, WRITE);
    reply(new FileRequest.Write(handle, -1, text.getBytes(UTF_8)));
    closeHandle(handle);
  }

  void closeHandle(int handle) {
    long id = ids.incrementAndGet();
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    brokers.serve(id, new CloseHandle(handle));
    assertThat(await(answer)).isInstanceOf(Answer.Reply.class);
  }

  /// All names in a folder, and in how many pages they came.
  List<List<String>> pages(String path) {
    List<List<String>> pages = new ArrayList<>();
    Answer.Reply page = reply(new FileRequest.List(path));
    while (page.handle() != 0) {
      pages.add(names(page));
      page = reply(new FileRequest.ListOn(page.handle()));
    }
    return pages;
  }

  private static List<String> names(Answer.Reply page) {
    ByteBuffer in = ByteBuffer.wrap(page.value(), Double.BYTES, page.value().length - Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    List<String> names = new ArrayList<>();
    while (in.hasRemaining()) {
      in.get();
      byte[] name = new byte[Short.toUnsignedInt(in.getShort())];
      in.get(name);
      names.add(new String(name, UTF_8));
    }
    return names;
  }

  List<String> audit() {
    try {
      return Files.readAllLines(auditFile);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void reply(long id, byte[] value) {
    settle(id, new Answer.Reply(value));
  }

  @Override
  public void fail(long id, String name, String code, String message) {
    settle(id, new Answer.Failure(code, message));
  }

  @Override
  public void deny(long id, Decision.Denied denied) {
    settle(id, new Answer.Denial(denied.permission(), denied.resource(), denied.sentence()));
  }

  private void settle(long id, Answer answer) {
    CompletableFuture<Answer> future = waiting.remove(id);
    if (future == null) {
      throw new AssertionError("call " + id + " was answered twice, or never asked");
    }
    future.complete(answer);
  }

  @Override
  public void close() {
    brokers.close();
    audit.close();
  }
}
