package ringfence.host.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ringfence.host.ServiceDefinition;
import ringfence.host.broker.AuditLog;
import ringfence.host.manifest.Manifest;
import ringfence.sandbox.permission.AccessRequest;
import ringfence.sandbox.permission.AccessRequest.Connect;
import ringfence.sandbox.permission.AccessRequest.CreateService;
import ringfence.sandbox.permission.AccessRequest.Listen;
import ringfence.sandbox.permission.AccessRequest.ReadFile;
import ringfence.sandbox.permission.AccessRequest.StartThread;
import ringfence.sandbox.permission.AccessRequest.WriteFile;
import ringfence.sandbox.permission.Decision;
import ringfence.sandbox.permission.FileAccess;
import ringfence.sandbox.permission.HostGrant;
import ringfence.sandbox.permission.NetworkAccess;
import ringfence.sandbox.permission.Permissions;
import ringfence.sandbox.protocol.ServiceName;

/// Over logs that the audit log itself writes.
class SuggestionTest {
  private static final ServiceName PAGE = new ServiceName("page");

  @TempDir private Path folder;

  @Test
  void eachFileIsListedAndWhatWasRefusedIsMarked() throws IOException {
    log(granted(new ReadFile("data/a.txt")), granted(new ReadFile("data/a.txt")));
    log(denied(new ReadFile("data/../b.txt")), denied(new WriteFile("/etc/passwd")));
    assertThat(suggest())
        .contains(
            "services:",
            "  page:",
            "    permissions:",
            "      read:",
            "        - \"b.txt\"   # was refused",
            "        - \"data/a.txt\"",
            "      write:",
            "        - \"/etc/passwd\"   # was refused, outside the manifest's folder")
        .first()
        .asString()
        .endsWith("4 requests, 2 of them refused.");
  }

  @Test
  void manyFilesOfAFolderBecomeTheFolderAndSaySo() throws IOException {
    for (int i = 0; i < FileGrants.MOST_FILES_OF_A_FOLDER; i++) {
      log(granted(new ReadFile("few/" + i)), granted(new ReadFile("many/" + i)), granted(new ReadFile("top" + i)));
    }
    log(granted(new ReadFile("many/one-more")), granted(new ReadFile("top-more")));
    assertThat(suggest())
        .contains("        - \"many\"   # the folder: 9 files of it were asked for")
        .contains("        - \"few/0\"", "        - \"few/7\"")
        // The manifest's own folder is for a person to grant.
        .contains("        - \"top0\"", "        - \"top-more\"")
        .noneMatch(line -> line.contains("many/"));
  }

  @Test
  void whatAFolderThatWasAskedForHoldsIsNotListedBesideIt() throws IOException {
    log(granted(new ReadFile("data")), granted(new ReadFile("data/a")), granted(new ReadFile("database")));
    assertThat(suggest())
        .contains("        - \"data\"", "        - \"database\"")
        .noneMatch(line -> line.contains("data/a"));
  }

  @Test
  void otherGrantsAreSuggestedAsTheyWereAskedFor() throws IOException {
    log(granted(new Connect("api.example.com", 443)), granted(new Listen("127.0.0.1", 8080)));
    log(denied(new CreateService("page-a", 2)), denied(new StartThread(0)));
    assertThat(suggest())
        .contains(
            "        - \"api.example.com:443\"",
            "        - \"127.0.0.1:8080\"",
            "      create: 3   # was refused",
            "      threads: 1   # was refused");
  }

  @Test
  void whatIsPastedGrantsWhatWasAskedFor() throws IOException {
    log(denied(new CreateService("page-a", 1)));
    String pasted = String.join("\n", suggest());
    String manifest = "version: 1\n" + pasted.replace("    permissions:", "    code: 'export const a = 1;'\n    permissions:");
    ServiceDefinition read = Manifest.parse("m.yaml", manifest, folder).services().getFirst();
    assertThat(read.permissions().children()).isEqualTo(2);
  }

  @Test
  void whatNoGrantAllowsIsSaidAndNotSuggested() throws IOException {
    log(Decision.refused(PAGE.value(), new Connect("10.0.0.1", 80), "it is a private address"), new Connect("10.0.0.1", 80));
    assertThat(suggest())
        .contains("    permissions: {}", "      # no grant allows: net \"10.0.0.1:80\"")
        .noneMatch(line -> line.contains("- \"10.0.0.1"));
  }

  @Test
  void whatIsGrantedAndWasNeverUsedIsNamed() throws IOException {
    log(granted(new ReadFile("data/a")), granted(new Connect("api.example.com", 443)));
    ServiceDefinition page =
        service(
            "page",
            Permissions.NONE
                .withFiles(
                    FileAccess.relativeTo(folder)
                        .withRead(List.of(Path.of("data"), Path.of("logs")))
                        .withWrite(List.of(Path.of("out"))))
                .withNetwork(
                    new NetworkAccess(
                        List.of(HostGrant.parse("api.example.com"), HostGrant.parse("other.example.com:443")),
                        List.of()))
                .withChildren(2));
    ServiceDefinition idle = service("idle", Permissions.NONE.withThreads(1));
    assertThat(suggest(page, idle))
        .contains(
            "      # never used: read logs",
            "      # never used: write out",
            "      # never used: net other.example.com:443",
            "      # never used: create 2",
            "# never used: idle threads 1")
        .noneMatch(line -> line.contains("never used: read data") || line.contains("net api."));
  }

  @Test
  void aServiceThatTheManifestDoesNotHaveIsNamedWithTheNearest() throws IOException {
    log(granted(new ReadFile("a")));
    assertThat(suggest(service("pages", Permissions.NONE)))
        .contains("  # the manifest has no service \"page\"; did you mean \"pages\"?");
  }

  /// Attack: a service asks for files whose names are YAML, or move the terminal, so that who pastes the suggestion
  /// grants more than he reads. Expected: each is one quoted scalar on one line.
  @Test
  void aGuestsWordsStayOneQuotedScalar() throws IOException {
    String evil = "a\"\n      write:\n        - /\u001b[2K\u2028 # \u202e\ud83d\ude00";
    log(denied(new ReadFile(evil)), denied(new ReadFile("nul\0")));
    List<String> lines = suggest();
    assertThat(lines).allMatch(line -> line.chars().allMatch(c -> c >= ' ' && c < 0x7f));
    assertThat(lines).noneMatch(line -> line.strip().startsWith("write:"));
    assertThat(lines)
        .contains("      # no path: \"nul\\u0000\"")
        .anyMatch(line -> line.startsWith("        - \"a\\\"\\u000a      write:\\u000a"));
  }

  @Test
  void linesThatAreNoneAreCountedAndLeftOut() throws IOException {
    log(granted(new ReadFile("a")));
    Path file = folder.resolve("audit.jsonl");
    Files.writeString(
        file, Files.readString(file) + "[1]\n{\"service\":\"x\"}\nnonsense\n{\"service\":\"page\",\"permis");
    assertThat(suggest()).contains("# 4 lines could not be read, and are left out.").contains("        - \"a\"");
  }

  private record Entry(AccessRequest request, Decision decision) {}

  private static Entry granted(AccessRequest request) {
    return new Entry(request, new Decision.Granted());
  }

  private static Entry denied(AccessRequest request) {
    return new Entry(request, Decision.denied(PAGE.value(), request));
  }

  private void log(Decision decision, AccessRequest request) throws IOException {
    log(new Entry(request, decision));
  }

  private void log(Entry... entries) throws IOException {
    try (AuditLog log = AuditLog.to(folder.resolve("audit.jsonl"), InstantSource.system())) {
      for (Entry entry : entries) {
        log.record(PAGE, 1, entry.request, entry.decision);
      }
    }
  }

  private List<String> suggest(ServiceDefinition... manifest) throws IOException {
    return new Suggestion(
            "audit.jsonl", AuditedRequests.read(folder.resolve("audit.jsonl")), List.of(manifest))
        .lines();
  }

  private static ServiceDefinition service(String name, Permissions permissions) {
    return ServiceDefinition.named(name).code("export const a = 1;").permissions(permissions).build();
  }
}
