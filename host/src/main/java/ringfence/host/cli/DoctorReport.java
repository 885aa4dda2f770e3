package ringfence.host.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import ringfence.host.json.Json;
import ringfence.host.manifest.LimitValues;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.policy.Facility;
import ringfence.sandbox.policy.MachineCapabilities;

/// What a machine can enforce, and what this host gives at most, as text and as JSON.
///
/// @param most the host's caps
record DoctorReport(MachineCapabilities machine, Limits most) {
  private static final int NAME_WIDTH = 16;

  /// Whether services under the default policy can run here.
  boolean untrustedCanRun() {
    return machine.walls()
        && machine.facilities().stream().allMatch(facility -> facility.there() || !facility.kind().needed());
  }

  /// One line a thing that is there; one that is missing has what follows and what would help beneath it.
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    String indent = " ".repeat(5 + NAME_WIDTH);
    for (Facility facility : machine.facilities()) {
      lines.add(
          (facility.there() ? "yes  " : "no   ")
              + padded(facility.kind().word())
              + Terminal.printable(facility.detail()));
      if (!facility.there()) {
        lines.add(indent + "so: " + facility.kind().consequence());
        if (!facility.cure().isEmpty()) {
          lines.add(indent + "help: " + Terminal.printable(facility.cure()));
        }
      }
    }
    lines.add("");
    lines.add(
        "A service may ask for at most "
            + LimitValues.of(most).entrySet().stream()
                .map(limit -> limit.getKey() + " " + limit.getValue())
                .collect(Collectors.joining(", "))
            + ".");
    lines.add(
        untrustedCanRun()
            ? "Untrusted services can run here."
            : "Untrusted services can't run here: " + Terminal.printable(obstacle()));
    return lines;
  }

  String json() {
    return Json.object(
        json -> {
          json.writeBooleanField("untrustedCanRun", untrustedCanRun());
          json.writeStringField("obstacle", untrustedCanRun() ? "" : obstacle());
          json.writeStringField("cgroups", machine.cgroups().version().word());
          json.writeArrayFieldStart("facilities");
          for (Facility facility : machine.facilities()) {
            json.writeStartObject();
            json.writeStringField("name", facility.kind().word());
            json.writeBooleanField("there", facility.there());
            json.writeBooleanField("needed", facility.kind().needed());
            json.writeStringField("detail", facility.detail());
            json.writeStringField("consequence", facility.there() ? "" : facility.kind().consequence());
            json.writeStringField("cure", facility.cure());
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeObjectFieldStart("most");
          for (Map.Entry<String, String> limit : LimitValues.of(most).entrySet()) {
            json.writeStringField(limit.getKey(), limit.getValue());
          }
          json.writeEndObject();
        });
  }

  private String obstacle() {
    return machine.walls()
        ? machine.facilities().stream()
            .filter(facility -> !facility.there() && facility.kind().needed())
            .map(Facility::detail)
            .collect(Collectors.joining("; "))
        : machine.missing();
  }

  private static String padded(String word) {
    return word + " ".repeat(Math.max(1, NAME_WIDTH - word.length()));
  }
}
