package ringfence.host.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import ringfence.host.CodeRefusedException;
import ringfence.host.ErrorCode;
import ringfence.host.HostOptions;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServiceException;
import ringfence.host.ServiceStatus;
import ringfence.host.ServicesManager;
import ringfence.host.lifecycle.ExitCause;
import ringfence.host.manifest.Manifest;
import ringfence.host.manifest.ManifestException;
import ringfence.sandbox.protocol.ServiceName;

/// `ringfence up --watch`: brings the services in line with their manifest each time that one of its files changes, until
/// it is interrupted.
///
/// What can be refused without running it, the manifest and TypeScript, is checked first, all of it: then nothing changes,
/// and what runs goes on. Whether JavaScript can be read is first seen when it starts: then its service stays closed, and
/// those that import it, until the next change.
final class UpWatch {
  private final Path manifest;
  private final Terminal terminal;
  private final ServicesManager services;
  private final UpPrinter printer;
  private final FileWatch files;

  /// What the manager has, as the manifest had it.
  private final Map<ServiceName, ServiceDefinition> applied = new LinkedHashMap<>();

  /// What was read last: what was refused is not tried again until it is another.
  private List<ServiceDefinition> tried = List.of();

  /// What was said last of files that can't be read, so that it is said once.
  private String complaint = "";

  private UpWatch(Path manifest, Terminal terminal, ServicesManager services, UpPrinter printer, FileWatch files) {
    this.manifest = manifest;
    this.terminal = terminal;
    this.services = services;
    this.printer = printer;
    this.files = files;
  }

  /// Brings the services up and follows their files until it is interrupted or nobody reads the output.
  ///
  /// @return the exit status
  /// @throws ManifestException if the manifest can't be used to begin with
  /// @throws ServiceException if its services can't
  static int run(Path manifest, HostOptions options, Terminal terminal) {
    Set<Path> looked = new LinkedHashSet<>();
    List<ServiceDefinition> read = Manifest.read(manifest, looked::add).services();
    UpPrinter printer = new UpPrinter(terminal, read);
    Path parent = looked.iterator().next().toAbsolutePath().normalize().getParent();
    try (FileWatch files = FileWatch.open(parent == null ? Path.of("/") : parent);
        ServicesManager services = ServicesManager.open(options)) {
      var _ = services.addListener(printer);
      terminal.log().ifPresent(services::addListener);
      new UpWatch(manifest, terminal, services, printer, files).run(read, looked);
    } catch (IOException e) {
      throw HostException.unavailable("files can't be watched: " + e.getMessage());
    }
    return terminal.isUnread() ? ExitStatus.BROKEN_PIPE : ExitStatus.OK;
  }

  private void run(List<ServiceDefinition> read, Set<Path> looked) throws IOException {
    terminal.whenUnread(
        () -> {
          files.close();
          services.killNow();
        });
    Runnable close =
        () -> {
          terminal.say("closing; Ctrl-C again kills");
          files.close();
          services.close();
        };
    Signals.handle(close, services::close);
    if (Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent()) {
      WatchKeys.follow(System.in, keys(close), terminal::say);
      terminal.say(WatchKeys.HINT);
    }
    follow(read, looked);
    if (!terminal.isUnread()) {
      // A second close would kill, and the first is the signal's.
      services.awaitClosed();
    }
  }

  private WatchKeys.Acts keys(Runnable close) {
    return new WatchKeys.Acts() {
      @Override
      public void restartAll() {
        // Each takes along what imports it.
        services.statuses().stream()
            .filter(status -> status.imports().isEmpty())
            .forEach(status -> services.restart(status.name().value()));
      }

      @Override
      public void restart(String service) {
        services.restart(service);
      }

      @Override
      public void close() {
        close.run();
      }
    };
  }

  private void follow(List<ServiceDefinition> read, Set<Path> looked) throws IOException {
    try {
      // Before the first start, so that no change during it is missed.
      boolean _ = files.watch(looked);
      terminal.say("watching " + looked.size() + " files; a change restarts its service and those that import it");
      begin(read);
      Set<Path> known = looked;
      do {
        known = again(known);
      } while (watched(known) || files.awaitChange());
    } catch (ClosedWatchServiceException _) {
      // The end that was asked for.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ServiceException e) {
      if (e.code() != ErrorCode.MANAGER_CLOSED) {
        throw e;
      }
    }
  }

  private void begin(List<ServiceDefinition> read) {
    try {
      apply(read);
    } catch (CodeRefusedException e) {
      show(e, read);
    }
  }

  /// Reads the manifest again and does what it says now.
  ///
  /// @param known files of the last time
  /// @return those to watch for the next
  private Set<Path> again(Set<Path> known) {
    Set<Path> looked = new LinkedHashSet<>();
    try {
      List<ServiceDefinition> read = Manifest.read(manifest, looked::add).services();
      complaint = "";
      try {
        apply(read);
      } catch (CodeRefusedException e) {
        show(e, read);
      } catch (ServiceException e) {
        if (e.code() == ErrorCode.MANAGER_CLOSED) {
          throw e;
        }
        terminal.say("ringfence: " + e.getMessage() + "; what runs goes on");
      }
    } catch (ManifestException e) {
      // It was not read to its end, so the other files still count.
      looked.addAll(known);
      tried = List.of();
      complain(String.valueOf(e.getMessage()) + "; what runs goes on");
    }
    return looked;
  }

  private boolean watched(Set<Path> known) {
    try {
      return files.watch(known);
    } catch (IOException e) {
      complain("not all files can be watched: " + e.getMessage());
      return false;
    }
  }

  private void complain(String text) {
    if (!text.equals(complaint)) {
      complaint = text;
      terminal.say("ringfence: " + text);
    }
  }

  private void show(CodeRefusedException refused, List<ServiceDefinition> read) {
    read.stream()
        .filter(definition -> definition.name().equals(refused.service()))
        .forEach(definition -> printer.refused(definition.name(), refused.error(), definition.modules()));
    terminal.say(applied.isEmpty() ? "nothing runs yet; waiting for a change" : "what runs goes on");
  }

  private void apply(List<ServiceDefinition> next) {
    if (next.equals(tried)) {
      return;
    }
    tried = next;
    Map<ServiceName, ServiceDefinition> named =
        next.stream().collect(Collectors.toMap(ServiceDefinition::name, Function.identity()));
    if (named.equals(applied)) {
      return;
    }
    List<ServiceDefinition> ordered = inStartOrder(named);
    ManifestChange change = ManifestChange.between(applied, ordered);
    if (!applied.isEmpty()) {
      terminal.say(change.sentence());
    }
    change.changed().forEach(definition -> close(definition.name()));
    change.removed().forEach(this::close);
    printer.show(next);
    services.create(change.added());
    change.changed().forEach(services::replace);
    change.removed().reversed().forEach(name -> services.destroyWithDependants(name.value()));
    applied.clear();
    ordered.forEach(definition -> applied.put(definition.name(), definition));
    services.want(change.wanted().stream().map(ServiceName::value).toList());
  }

  private void close(ServiceName name) {
    ExitCause _ = services.close(name.value());
  }

  /// The services as a manager that starts nothing would order them.
  ///
  /// @throws ServiceException if it refuses one of them
  private static List<ServiceDefinition> inStartOrder(Map<ServiceName, ServiceDefinition> named) {
    try (ServicesManager trial = ServicesManager.open(HostOptions.defaults())) {
      trial.create(named.values());
      return trial.statuses().stream()
          .map(ServiceStatus::name)
          .flatMap(name -> Optional.ofNullable(named.get(name)).stream())
          .toList();
    }
  }
}
