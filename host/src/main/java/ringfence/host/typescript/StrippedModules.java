package ringfence.host.typescript;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import ringfence.sandbox.launch.WorkerImage;

/// What the tool has made of texts, by a hash over text and tool: the last ones in memory, and all in a folder where
/// there is one. Thread-safe.
public final class StrippedModules {
  /// Names the folder, or is `off`. Unless it is set, the folder is `typescript` beside the worker's jars; where the jars are
  /// not in a folder of their own, there is none.
  public static final String PROPERTY = "ringfence.typescript.cache";

  private static final int MOST_CHARACTERS = 16 << 20;

  private final String tool;
  private final Optional<StrippedFolder> folder;

  // Guarded by this; the last used ones are at the end.
  private final SequencedMap<String, String> known = new LinkedHashMap<>(16, 0.75f, true);
  private int characters;

  /// @param tool whose work it is, see [TypeScript#tool]
  /// @param folder where results are kept between hosts; empty for memory alone
  public StrippedModules(String tool, Optional<Path> folder) {
    this.tool = hash(tool);
    this.folder = folder.map(StrippedFolder::new);
  }

  /// The folder that the property names, or the usual one.
  public static Optional<Path> usualFolder() {
    String given = System.getProperty(PROPERTY, "");
    if (given.equals("off")) {
      return Optional.empty();
    }
    if (!given.isEmpty()) {
      return Optional.of(Path.of(given));
    }
    return Optional.ofNullable(System.getProperty(WorkerImage.PATH_PROPERTY))
        .map(worker -> Path.of(worker).resolve("typescript"));
  }

  /// What became of a text, if it is known. Reads a file, so it may block.
  public Optional<String> find(String text) {
    String key = key(text);
    synchronized (this) {
      String code = known.get(key);
      if (code != null) {
        return Optional.of(code);
      }
    }
    Optional<String> kept = folder.flatMap(each -> each.find(key));
    kept.ifPresent(code -> remember(key, code));
    return kept;
  }

  /// Takes down what became of a text. Writes a file, so it may block.
  public void put(String text, String code) {
    String key = key(text);
    remember(key, code);
    folder.ifPresent(each -> each.put(key, code));
  }

  private synchronized void remember(String key, String code) {
    String before = known.put(key, code);
    characters += code.length() - (before == null ? 0 : before.length());
    while (characters > MOST_CHARACTERS) {
      Map.Entry<String, String> oldest = known.pollFirstEntry();
      if (oldest == null) {
        break;
      }
      characters -= oldest.getValue().length();
    }
  }

  private String key(String text) {
    return hash(tool + "\0" + text);
  }

  /// 64 hexadecimal digits.
  static String hash(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
