package ringfence.jsruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Walks every interface of the web platform in a guest, compares its shape with Web IDL's, and holds the table in
/// docs/web-platform.md to what it finds. `-Dringfence.docs=write` writes that file.
class WebShapeTest {
  private static final Path DOCUMENT = Path.of("../docs/web-platform.md");

  /// What ECMA-429 asks for, besides WebAssembly.
  private static final List<String> MINIMUM =
      List.of(
          ("AbortController AbortSignal Blob ByteLengthQueuingStrategy CompressionStream CountQueuingStrategy Crypto"
                  + " CryptoKey CustomEvent DOMException DecompressionStream ErrorEvent Event EventTarget File FormData"
                  + " Headers MessageChannel MessageEvent MessagePort Performance PromiseRejectionEvent"
                  + " ReadableByteStreamController ReadableStream ReadableStreamBYOBReader ReadableStreamBYOBRequest"
                  + " ReadableStreamDefaultController ReadableStreamDefaultReader Request Response SubtleCrypto TextDecoder"
                  + " TextDecoderStream TextEncoder TextEncoderStream TransformStream TransformStreamDefaultController URL"
                  + " URLPattern URLSearchParams WritableStream WritableStreamDefaultController WritableStreamDefaultWriter"
                  + " atob btoa clearInterval clearTimeout console crypto fetch navigator onerror onrejectionhandled"
                  + " onunhandledrejection performance queueMicrotask reportError self setInterval setTimeout structuredClone")
              .split(" "));

  /// What no shape tells: where behaviour differs from the standard on purpose or for want of something.
  private static final Map<String, String> KNOWN =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("fetch", "no cookie jar, no cache, no CORS: a service has no origin; `blob:` URLs are refused"),
              Map.entry("EventSource", "an `error` event is an ErrorEvent whose `error` says why, a PermissionDeniedError too; an event "
                      + "has 1 MiB characters at most, a stream `limits.response`, after which it is asked for anew; waits 100 ms to 30 s "
                      + "between attempts, or as long as the server says; no base URL, no cookies, no CORS"),
              Map.entry("WebSocket", "an `error` event is an ErrorEvent whose `error` says why, a PermissionDeniedError too, and a close of "
                      + "1006 follows; a message that comes is at most `limits.message` long, and 16 MiB may wait to be sent; no base URL, "
                      + "no extensions, no Origin and no cookies are sent"),
              Map.entry("Headers", "a request may name Cookie, Origin and Referer, a response Set-Cookie"),
              Map.entry("Request", "the mode no-cors is treated as cors; there is no base URL"),
              Map.entry("onrejectionhandled", "also fires when code reads `then` or `constructor` of the rejected promise"),
              Map.entry("MessagePort", "streams can't be transferred; to another service it moves in a call, an answer, an item of a stream or a message, a "
                      + "message to there is at most 1 MiB, and `postMessage` throws a BackpressureError when 4 MiB wait; a port "
                      + "keeps its service while a listener waits for messages from another one"),
              Map.entry("structuredClone", "streams can't be transferred; nested at most 512 deep"),
              Map.entry("performance", "marks and measures only, 100000 at most; as coarse as the policy says, 1 ms unless hrtime is granted"),
              Map.entry("PerformanceObserver", "also tells of dropped entries later than with the first list, where more than 100000 waited"),
              Map.entry("CryptoKey", "cloned within a context only: not to a Worker, not over a link"),
              Map.entry("SubtleCrypto", "derives 1 MiB at most; RSA keys have two primes and 512 to 16384 bits, 8192 where they are made"),
              Map.entry("ReadableStream", "web-streams-polyfill fails 16 of the platform's own 1159 tests of streams"),
              Map.entry("URL", "whatwg-url fails 74 of the platform's own 2037 tests of URLs, most of them of legacy encodings"),
              Map.entry("URLPattern", "urlpattern-polyfill fails 21 of the platform's own 390 tests of it"),
              Map.entry("setTimeout", "text as code only where eval is granted")));

  @Test
  void everyInterfaceHasItsShape() throws IOException {
    Map<String, String> rows = rows();
    assertThat(rows).isNotEmpty();
    List<String> bad = new ArrayList<>();
    rows.forEach(
        (name, found) -> {
          if (!found.isEmpty() && !isAbsent(found)) {
            bad.add(name + ": " + found);
          }
        });
    assertThat(bad).isEmpty();
    assertThat(rows.keySet()).containsAll(MINIMUM);

    String document = document(rows);
    if ("write".equals(System.getProperty("ringfence.docs"))) {
      Files.createDirectories(DOCUMENT.getParent());
      Files.writeString(DOCUMENT, document);
    }
    assertThat(Files.readString(DOCUMENT))
        .as("docs/web-platform.md; write it with -Dringfence.docs=write")
        .isEqualTo(document);
  }

  private static boolean isAbsent(String found) {
    return found.equals("absent");
  }

  private static Map<String, String> rows() {
    Map<String, String> rows = new TreeMap<>();
    try (var service =
        ServiceUnderTest.of(
            """
            import { INTERFACES, GLOBALS, deviations, globalDeviations } from "./shapes.js";
            const row = (name, found) => console.log(`row ${name}|${found === null ? "absent" : found.join("; ")}`);
            for (const name of Object.keys(INTERFACES)) row(name, deviations(name));
            for (const name of Object.keys(GLOBALS)) row(name, globalDeviations(name));
            console.log("done");
            """)) {
      service.module("shapes.js", WebPlatformTest.resource("shapes")).start();
      ServiceUnderTest.await(
          () -> assertThat(service.output()).as(() -> "errors: " + service.errors()).contains("done"));
      for (String line : service.output()) {
        if (line.startsWith("row ")) {
          int bar = line.indexOf('|');
          rows.put(line.substring(4, bar), line.substring(bar + 1));
        }
      }
    }
    return rows;
  }

  private static String document(Map<String, String> rows) {
    StringBuilder text =
        new StringBuilder(
            """
            # The web platform inside a service

            What a service finds on its global besides ECMAScript. This page is written by a test that walks each interface
            in a running guest (`mvn -pl js-runtime -am test -Dtest=WebShapeTest -Dringfence.docs=write`) and fails when page
            and runtime differ. Each API is loaded when a service first touches it.

            ## The minimum common API (ECMA-429)

            WebAssembly is absent. Under policy `trusted` it is there if `org.graalvm.wasm:wasm-language` of the engine's version is among the worker's libraries.

            """);
    table(text, rows, MINIMUM.stream().sorted());
    text.append("\n## Beyond it\n\n");
    table(text, rows, rows.keySet().stream().filter(name -> !MINIMUM.contains(name)));
    return text.toString();
  }

  private static void table(StringBuilder text, Map<String, String> rows, Stream<String> names) {
    text.append("| name | state | deviations |\n|---|---|---|\n");
    names.forEach(
        name -> {
          String found = rows.getOrDefault(name, "absent");
          String known = KNOWN.getOrDefault(name, "");
          boolean absent = isAbsent(found);
          String deviations = absent || found.isEmpty() ? known : known.isEmpty() ? found : found + "; " + known;
          text.append("| `")
              .append(name)
              .append("` | ")
              .append(absent ? "absent" : deviations.isEmpty() ? "present" : "present, deviates")
              .append(" | ")
              .append(deviations)
              .append(" |\n");
        });
  }
}
