/// Who lives when: the manager, the graph, lifecycles, workers and links, and the command line.
///
/// It starts workers and talks to them through ports; it never imports what runs inside one.
@SuppressWarnings("requires-transitive-automatic") // OpenTelemetry's API has no module-info.
module ringfence.host {
  requires transitive ringfence.sandbox;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.dataformat.yaml;
  requires info.picocli;
  requires transitive io.opentelemetry.api;
  requires io.opentelemetry.context;
  requires io.prometheus.metrics.model;
  requires java.logging;
  requires java.management;
  requires java.net.http;
  requires kotlin.stdlib;
  requires micrometer.core;
  requires micrometer.registry.prometheus;
  requires okhttp3;
  requires okio;
  requires org.eclipse.jetty.server;
  requires org.eclipse.jetty.websocket.core.server;
  requires org.jline.reader;
  requires org.jline.terminal;
  requires jdk.jfr;
  requires jdk.unsupported; // sun.misc.Signal, for the second Ctrl-C
  requires static transitive org.jspecify;
  // For tests that use ringfence.host.junit, and bring JUnit themselves. Not transitive: javac would want it of everybody.
  requires static org.junit.jupiter.api;
  requires static org.junit.platform.commons;

  exports ringfence.host;
  exports ringfence.host.diagnosis;
  exports ringfence.host.event;
  exports ringfence.host.junit;
  exports ringfence.host.lifecycle;
  exports ringfence.host.watch;

  opens ringfence.host.cli to
      info.picocli;
}
