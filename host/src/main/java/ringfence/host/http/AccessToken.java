package ringfence.host.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Pattern;

/// What a client shows to be let in. Never printed; only its digest is held.
public final class AccessToken {
  private static final int RANDOM_BYTES = 32;

  /// Of base64 or hexadecimal digits; shorter ones could be guessed.
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._~+/=-]{32,512}");

  private static final Set<PosixFilePermission> OWNERS =
      Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private final byte[] digest;

  private AccessToken(String text) {
    this.digest = digest(text);
  }

  /// Takes a token that is given.
  ///
  /// @throws IllegalArgumentException if it is none
  public static AccessToken of(String text) {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "a token has 32 to 512 letters, digits and ._~+/=-; this one has " + text.length() + " characters");
    }
    return new AccessToken(text);
  }

  /// Reads a file with a token, or makes one with a new token, which its owner alone can read.
  ///
  /// @throws IOException if it can't be read or made, or others can read it
  public static AccessToken in(Path file) throws IOException {
    byte[] random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    String fresh = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    try (var channel =
        Files.newByteChannel(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(OWNERS))) {
      int _ = channel.write(StandardCharsets.UTF_8.encode(fresh + "\n"));
      return new AccessToken(fresh);
    } catch (FileAlreadyExistsException _) {
      return existing(file);
    }
  }

  private static AccessToken existing(Path file) throws IOException {
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    if (!OWNERS.containsAll(permissions)) {
      throw new IOException(
          "%s can be read by others (%s); run: chmod 600 %s"
              .formatted(file, PosixFilePermissions.toString(permissions), file));
    }
    String text = Files.readString(file).strip();
    if (!FORM.matcher(text).matches()) {
      throw new IOException(file + " holds no token: 32 to 512 letters, digits and ._~+/=-; remove it to get a new one");
    }
    return new AccessToken(text);
  }

  /// Whether a text is this token; takes the same time whatever is wrong with it.
  boolean matches(String text) {
    return MessageDigest.isEqual(digest, digest(text));
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
