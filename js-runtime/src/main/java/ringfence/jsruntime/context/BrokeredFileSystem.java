package ringfence.jsruntime.context;

import java.net.URI;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessMode;
import java.nio.file.DirectoryStream;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.util.Map;
import java.util.Set;
import org.graalvm.polyglot.io.FileSystem;
import org.jspecify.annotations.Nullable;

/// The only file system of a guest: the modules of its service, and no byte of the worker's own files.
///
/// Paths stay relative, so that `..` that leads out of the module set stays visible after normalising,
/// and stacks show the names that the author gave. Every path with a scheme or a leading slash is refused.
///
/// A refusal is a SecurityException: of all exceptions it is the one whose message the engine shows to
/// the guest as it is. But where a path is parsed the engine shows the class too, so there it is one of [GuestFacing].
public final class BrokeredFileSystem implements FileSystem {
  private @Nullable ModuleSet modules;

  /// The module whose import is being resolved: the engine parses the importer's path before the
  /// imported one. It serves the texts of refusals only.
  private @Nullable String importer;

  /// Has it serve the modules of a service. To be called before that runs, once.
  void serve(ModuleSet own) {
    modules = own;
  }

  /// What it serves.
  ///
  /// @throws IllegalStateException if there is no service yet
  ModuleSet modules() {
    ModuleSet own = modules;
    if (own == null) {
      throw new IllegalStateException("no modules are here before a service is");
    }
    return own;
  }

  @Override
  public Path parsePath(URI uri) {
    String text = uri.toString();
    if (!ModuleSet.isVirtual(text) || modules().source(text) == null) {
      throw GuestFacing.typeError(modules().refusal(text, importer));
    }
    return Path.of(text);
  }

  @Override
  public Path parsePath(String path) {
    if (path.indexOf('\0') >= 0) {
      throw GuestFacing.typeError(modules().refusal(path, importer));
    }
    if (modules().source(path) != null) {
      importer = path;
    }
    return Path.of(path);
  }

  @Override
  public void checkAccess(Path path, Set<? extends AccessMode> modes, LinkOption... options) {
    if (modes.contains(AccessMode.WRITE) || modes.contains(AccessMode.EXECUTE)) {
      throw new SecurityException("modules can only be read");
    }
    source(path);
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) {
    return new ModuleChannel(source(path).getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public Path toAbsolutePath(Path path) {
    return Path.of("/").resolve(path);
  }

  @Override
  public Path toRealPath(Path path, LinkOption... options) {
    source(path);
    return path.normalize();
  }

  /// By name: JSON where the name says so, and for all else an ES module.
  @Override
  public String getMimeType(Path path) {
    return path.toString().endsWith(".json") ? "application/json" : "application/javascript+module";
  }

  @Override
  public void createDirectory(Path directory, FileAttribute<?>... attributes) {
    throw new SecurityException("modules can only be read");
  }

  @Override
  public void delete(Path path) {
    throw new SecurityException("modules can only be read");
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path directory, DirectoryStream.Filter<? super Path> filter) {
    throw new SecurityException("modules can't be listed");
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) {
    throw new SecurityException("modules have no attributes");
  }

  private String source(Path path) {
    String name = path.normalize().toString();
    String source = modules().source(name);
    if (source == null) {
      throw new SecurityException(modules().refusal(name, importer));
    }
    return source;
  }
}
