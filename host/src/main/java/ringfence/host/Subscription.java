package ringfence.host;

/// A listener's place at a manager, until it is closed or the manager is.
@FunctionalInterface
public interface Subscription extends AutoCloseable {

  /// Removes the listener: no event reaches it that is not under way already. May be called from it, and
  /// more than once.
  @Override
  void close();
}
