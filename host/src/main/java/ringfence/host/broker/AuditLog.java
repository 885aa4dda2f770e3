package ringfence.host.broker;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import ringfence.host.log.LogLine;
import ringfence.host.watch.Denial;
import ringfence.host.watch.DenialLog;
import ringfence.sandbox.permission.AccessRequest;
import ringfence.sandbox.permission.Decision;
import ringfence.sandbox.protocol.ServiceName;

/// What services asked for and what was decided: one JSON object a line, with the kernel before the act is begun.
///
/// ```
/// {"time":"2026-01-01T00:00:00Z","service":"report","incarnation":1,"permission":"read","resource":"data/a.txt",
///  "granted":false,"reason":"service \"report\" may not read data/a.txt","cure":"permissions.read: [\"data/a.txt\"]"}
/// ```
/// A line that can't be written refuses the act: what nobody could know of does not happen. Denials go to the host's
/// log too. Thread-safe.
public final class AuditLog implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("ringfence.host.audit");
  private static final JsonFactory JSON = new JsonFactory();

  private final InstantSource clock;
  private final DenialLog denials = new DenialLog();
  private final @Nullable Path path;

  // Guarded by this.
  /// Whether the file may end in the middle of a line: a full disk, or the end of a host, cuts one off.
  private boolean torn = true;
  // No channel: an interrupt, which the end of a run sends to its brokers, would close one for all runs.
  private @Nullable FileOutputStream file;

  private AuditLog(InstantSource clock, @Nullable Path path, @Nullable FileOutputStream file) {
    this.clock = clock;
    this.path = path;
    this.file = file;
  }

  /// Writes denials to the host's log only.
  public static AuditLog none(InstantSource clock) {
    return new AuditLog(clock, null, null);
  }

  /// Appends to a file, which only this user can read if it is new.
  ///
  /// @throws UncheckedIOException if it can't be opened
  public static AuditLog to(Path path, InstantSource clock) {
    try {
      FileChannel.open(
              path,
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
          .close();
      return new AuditLog(clock, path, new FileOutputStream(path.toFile(), true));
    } catch (IOException e) {
      throw new UncheckedIOException("the audit log " + path + " can't be opened: " + words(e), e);
    }
  }

  private static String words(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "its folder does not exist";
      case AccessDeniedException _ -> "permission denied";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }

  /// Takes down a decision before it is acted on.
  ///
  /// @throws AuditException if the line could not be written; the act must not be done then
  public void record(ServiceName service, long incarnation, AccessRequest request, Decision decision)
      throws IOException {
    if (decision instanceof Decision.Denied denied) {
      denials.add(
          new Denial(
              clock.instant(),
              service,
              incarnation,
              denied.permission(),
              denied.resource(),
              denied.reason(),
              denied.cure()));
      LOG.log(
          System.Logger.Level.INFO,
          () ->
              new LogLine("denied")
                  .with("service", service)
                  .with("incarnation", incarnation)
                  .with("permission", denied.permission())
                  .with("resource", denied.resource())
                  .with("reason", denied.reason())
                  .with("cure", denied.cure())
                  .toString());
    }
    write(line(service, incarnation, request, decision));
  }

  private synchronized void write(byte[] line) throws AuditException {
    FileOutputStream open = file;
    if (open == null) {
      return;
    }
    try {
      if (torn && endsWithinALine()) {
        // Otherwise the rest of that line and this one would be one that nobody can read.
        open.write('\n');
      }
      torn = true;
      // Appended in one call, so that lines of several hosts do not mix.
      open.write(line);
      torn = false;
    } catch (IOException e) {
      throw new AuditException("the audit log " + path + " can't be written: " + words(e), e);
    }
  }

  private boolean endsWithinALine() throws IOException {
    Path regular = path;
    if (regular == null || !Files.isRegularFile(regular)) {
      return false;
    }
    // No channel here either: see the file.
    try (RandomAccessFile bytes = new RandomAccessFile(regular.toFile(), "r")) {
      if (bytes.length() == 0) {
        return false;
      }
      bytes.seek(bytes.length() - 1);
      return bytes.read() != '\n';
    }
  }

  /// The denials of this host, whether or not there is a file.
  public DenialLog denials() {
    return denials;
  }

  private byte[] line(
      ServiceName service, long incarnation, AccessRequest request, Decision decision)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("time", clock.instant().toString());
      json.writeStringField("service", service.value());
      json.writeNumberField("incarnation", incarnation);
      json.writeStringField("permission", request.permission());
      json.writeStringField("resource", request.resource());
      json.writeBooleanField("granted", decision instanceof Decision.Granted);
      if (decision instanceof Decision.Denied denied) {
        json.writeStringField("reason", denied.reason());
        json.writeStringField("cure", denied.cure());
      }
      json.writeEndObject();
      json.writeRaw('\n');
    }
    return bytes.toByteArray();
  }

  @Override
  public synchronized void close() {
    FileOutputStream open = file;
    file = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        LOG.log(System.Logger.Level.WARNING, "audit-not-closed", e);
      }
    }
  }
}
