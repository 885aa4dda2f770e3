package ringfence.host.state;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ringfence.host.ErrorCode;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServiceException;
import ringfence.host.ServiceStatus;
import ringfence.host.ServicesManager;
import ringfence.host.StartFailedException;
import ringfence.host.lifecycle.ExitCause;
import ringfence.host.manifest.StoredDefinition;
import ringfence.sandbox.protocol.ServiceName;

/// The commands of a manager, whose effect is kept in a folder, if there is one: a command that has returned holds
/// after the next start of the host too.
///
/// What shall run is written down before a start, since that may take long; everything else after the manager has
/// accepted it. Closing the manager writes nothing: what ran then shall run again.
///
/// Thread-safe. Commands throw what those of [ServicesManager] do, and [StateException].
public final class KeptServices {
  private final ServicesManager services;
  private final Optional<StateFolder> folder;
  private final List<ReentrantLock> replacing = Stream.generate(ReentrantLock::new).limit(16).toList();
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private final Map<ServiceName, StoredDefinition> kept = new HashMap<>();

  /// @param folder if empty, nothing is kept
  public KeptServices(ServicesManager services, Optional<StateFolder> folder) {
    this.services = services;
    this.folder = folder;
  }

  /// The manager, for what changes nothing.
  public ServicesManager manager() {
    return services;
  }

  /// Creates what the folder holds; nothing runs yet.
  ///
  /// @return a sentence for each service that is not back
  public List<String> restore() {
    if (folder.isEmpty()) {
      return List.of();
    }
    lock.lock();
    try {
      StateFolder.Loaded loaded = folder.get().load();
      List<String> complaints = new ArrayList<>(loaded.complaints());
      List<StoredDefinition> created = create(loaded.services(), complaints);
      created.forEach(stored -> kept.put(stored.definition().name(), stored));
      return complaints;
    } finally {
      lock.unlock();
    }
  }

  /// Wants to run what was to run when the folder was written, each after what it imports. Returns before it runs.
  ///
  /// @return how many that are
  public int resume() {
    lock.lock();
    try {
      List<String> wanted =
          kept.values().stream()
              .filter(StoredDefinition::wanted)
              .map(stored -> stored.definition().name().value())
              .toList();
      services.want(wanted);
      return wanted.size();
    } finally {
      lock.unlock();
    }
  }

  /// All at once if that is possible, else as many as can be.
  private List<StoredDefinition> create(List<StoredDefinition> stored, List<String> complaints) {
    try {
      services.create(stored.stream().map(StoredDefinition::definition).toList());
      return stored;
    } catch (ServiceException _) {
      // One of them is refused; which, is found out below.
    }
    List<StoredDefinition> created = new ArrayList<>();
    List<StoredDefinition> left = new ArrayList<>(stored);
    Map<ServiceName, String> reasons = new HashMap<>();
    boolean more = true;
    while (more) {
      more =
          left.removeIf(
              one -> {
                try {
                  services.create(one.definition());
                  created.add(one);
                  return true;
                } catch (ServiceException e) {
                  reasons.put(one.definition().name(), String.valueOf(e.getMessage()));
                  return false;
                }
              });
    }
    for (StoredDefinition one : left) {
      ServiceName name = one.definition().name();
      folder.ifPresent(at -> at.keepAsIs(name));
      complaints.add(
          "service \"%s\" is not restored: %s; its file stays as it is".formatted(name, reasons.get(name)));
    }
    return created;
  }

  /// Adds a service that does not run yet.
  public void create(ServiceDefinition definition) {
    lock.lock();
    try {
      services.create(definition);
      try {
        keep(new StoredDefinition(definition, false));
      } catch (StateException e) {
        services.destroy(definition.name().value());
        throw e;
      }
    } finally {
      lock.unlock();
    }
  }

  /// As [ServicesManager#start(String)].
  public void start(String name) {
    wantedFromNow(name);
    try {
      services.start(name);
    } finally {
      follow();
    }
  }

  /// As [ServicesManager#restart].
  public void restart(String name) {
    wantedFromNow(name);
    try {
      services.restart(name);
    } finally {
      follow();
    }
  }

  /// As [ServicesManager#close(String)].
  public ExitCause close(String name) {
    try {
      return services.close(name);
    } finally {
      follow();
    }
  }

  /// As [ServicesManager#replace].
  public void replace(ServiceDefinition definition) {
    ReentrantLock one = replacing.get(Math.floorMod(definition.name().hashCode(), replacing.size()));
    // In the order in which the manager takes them.
    one.lock();
    try {
      services.replace(definition);
      replaced(definition);
    } catch (StartFailedException e) {
      replaced(definition);
      throw e;
    } finally {
      one.unlock();
      follow();
    }
  }

  private void replaced(ServiceDefinition definition) {
    lock.lock();
    try {
      StoredDefinition before = kept.get(definition.name());
      if (before != null) {
        keep(new StoredDefinition(definition, before.wanted()));
      }
    } finally {
      lock.unlock();
    }
  }

  /// As [ServicesManager#destroy], or as [ServicesManager#destroyWithDependants].
  public void destroy(String name, boolean cascade) {
    try {
      if (cascade) {
        services.destroyWithDependants(name);
      } else {
        services.destroy(name);
      }
    } finally {
      follow();
    }
  }

  private @Nullable StoredDefinition byName(String name) {
    try {
      return kept.get(new ServiceName(name));
    } catch (IllegalArgumentException _) {
      // The manager says it better.
      return null;
    }
  }

  private void wantedFromNow(String name) {
    lock.lock();
    try {
      // A start wants all that it imports, directly or not.
      Deque<String> open = new ArrayDeque<>(List.of(name));
      Set<String> seen = new HashSet<>();
      while (!open.isEmpty()) {
        String next = open.remove();
        StoredDefinition stored = byName(next);
        if (stored == null || !seen.add(next)) {
          continue;
        }
        stored.definition().imports().forEach(imported -> open.add(imported.value()));
        if (!stored.wanted()) {
          keep(new StoredDefinition(stored.definition(), true));
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /// Brings what is kept in line with what the manager has.
  private void follow() {
    lock.lock();
    try {
      Map<ServiceName, ServiceStatus> now = statuses();
      for (StoredDefinition stored : List.copyOf(kept.values())) {
        ServiceName name = stored.definition().name();
        ServiceStatus status = now.get(name);
        if (status == null) {
          kept.remove(name);
          folder.ifPresent(at -> at.remove(name));
        } else if (status.wanted() != stored.wanted()) {
          keep(new StoredDefinition(stored.definition(), status.wanted()));
        }
      }
    } catch (ServiceException e) {
      // On a closed manager nothing is wanted, and that is not what is kept.
      if (e.code() != ErrorCode.MANAGER_CLOSED && e.code() != ErrorCode.INTERRUPTED) {
        throw e;
      }
    } finally {
      lock.unlock();
    }
  }

  private Map<ServiceName, ServiceStatus> statuses() {
    Collection<ServiceStatus> all = services.statuses();
    return all.stream().collect(Collectors.toMap(ServiceStatus::name, Function.identity()));
  }

  private void keep(StoredDefinition stored) {
    folder.ifPresent(at -> at.save(stored));
    kept.put(stored.definition().name(), stored);
  }
}
