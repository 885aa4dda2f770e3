package ringfence.jsruntime.web.crypto;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import org.jspecify.annotations.Nullable;

/// The modes of AES.
///
/// Specification: WebCryptoAPI, sections AES-CTR, AES-CBC, AES-GCM and AES-KW.
final class Aes {
  private static final int BLOCK_BYTES = 16;
  private static final int FULL_TAG_BITS = 128;

  /// The JDK has no shorter ones.
  private static final int LEAST_JAVA_TAG_BITS = 96;

  private Aes() {}

  static byte[] cbc(boolean encrypt, SecretBytes key, byte[] iv, byte[] data) {
    if (!encrypt && data.length == 0) {
      // The JDK gives nothing for nothing, but not even that is without padding.
      throw undecryptable();
    }
    return run(encrypt, "AES/CBC/PKCS5Padding", key, new IvParameterSpec(iv), data);
  }

  /// AES-KW: the data is a key, and the cipher finds out whether it was changed.
  static byte[] wrap(boolean encrypt, SecretBytes key, byte[] data) {
    return run(encrypt, "AES/KW/NoPadding", key, null, data);
  }

  /// Counts in the last bits of a block and leaves the others alone; the JDK counts in all 128.
  ///
  /// ```
  ///   counter   | 128 - bits: stays | bits: n, n + 1, ..., 2^bits - 1, 0, 1, ... |
  /// ```
  /// So what comes after the wrap is a second run.
  ///
  /// @throws CryptoRefusal if a counter would be used twice
  static byte[] ctr(SecretBytes key, byte[] counter, int bits, byte[] data) {
    long blocks = (data.length + BLOCK_BYTES - 1L) / BLOCK_BYTES;
    BigInteger values = BigInteger.ONE.shiftLeft(bits);
    if (BigInteger.valueOf(blocks).compareTo(values) > 0) {
      throw CryptoRefusal.operation("the data has more blocks than a counter of " + bits + " bits has values");
    }
    BigInteger start = Numbers.of(counter);
    BigInteger untilWrap = values.subtract(start.mod(values));
    if (BigInteger.valueOf(blocks).compareTo(untilWrap) <= 0) {
      return ctr(key, counter, data);
    }
    int cut = untilWrap.intValueExact() * BLOCK_BYTES;
    byte[] wrapped = Numbers.bytes(start.subtract(start.mod(values)), BLOCK_BYTES);
    byte[] first = ctr(key, counter, Arrays.copyOf(data, cut));
    byte[] second = ctr(key, wrapped, Arrays.copyOfRange(data, cut, data.length));
    byte[] all = Arrays.copyOf(first, data.length);
    System.arraycopy(second, 0, all, cut, second.length);
    return all;
  }

  static byte[] gcm(boolean encrypt, SecretBytes key, byte[] iv, byte[] extra, int tagBits, byte[] data) {
    if (!encrypt && data.length < tagBits / 8) {
      throw CryptoRefusal.operation("the data is shorter than its tag");
    }
    if (tagBits >= LEAST_JAVA_TAG_BITS) {
      return gcm(encrypt, key.key("AES"), iv, extra, tagBits, data);
    }
    if (encrypt) {
      byte[] all = gcm(true, key.key("AES"), iv, extra, FULL_TAG_BITS, data);
      return Arrays.copyOf(all, data.length + tagBits / 8);
    }
    return withShortTag(key.key("AES"), iv, extra, tagBits, data);
  }

  /// The text is the same key stream away from the data in both directions, so encrypting undoes it.
  private static byte[] withShortTag(SecretKey key, byte[] iv, byte[] extra, int tagBits, byte[] data) {
    int length = data.length - tagBits / 8;
    byte[] text = Arrays.copyOf(gcm(true, key, iv, extra, FULL_TAG_BITS, Arrays.copyOf(data, length)), length);
    byte[] again = Arrays.copyOf(gcm(true, key, iv, extra, FULL_TAG_BITS, text), data.length);
    if (!MessageDigest.isEqual(again, data)) {
      throw undecryptable();
    }
    return text;
  }

  private static byte[] gcm(boolean encrypt, SecretKey key, byte[] iv, byte[] extra, int tagBits, byte[] data) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(encrypt ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE, key, new GCMParameterSpec(tagBits, iv));
      cipher.updateAAD(extra);
      return cipher.doFinal(data);
    } catch (GeneralSecurityException _) {
      throw encrypt ? CryptoRefusal.operation("the iv or the data does not fit AES-GCM") : undecryptable();
    }
  }

  private static byte[] ctr(SecretBytes key, byte[] counter, byte[] data) {
    return run(true, "AES/CTR/NoPadding", key, new IvParameterSpec(counter), data);
  }

  private static byte[] run(
      boolean encrypt, String mode, SecretBytes key, @Nullable IvParameterSpec iv, byte[] data) {
    try {
      Cipher cipher = Cipher.getInstance(mode);
      cipher.init(encrypt ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE, key.key("AES"), iv);
      return cipher.doFinal(data);
    } catch (GeneralSecurityException _) {
      throw encrypt ? CryptoRefusal.operation("the data does not fit " + mode.substring(0, 6)) : undecryptable();
    }
  }

  private static CryptoRefusal undecryptable() {
    return CryptoRefusal.operation("the data can't be decrypted");
  }
}
