package ringfence.benchmarks.calls;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import ringfence.benchmarks.contest.Contestant;
import ringfence.benchmarks.contest.RivalProcess;
import ringfence.benchmarks.report.Measure;

/// workerd, which takes a request for each slice: what its workers may wait for ends with the request.
final class Workerd implements Contestant {
  private final RivalProcess process;
  private final URI address;
  private final HttpClient client = HttpClient.newHttpClient();

  private Workerd(RivalProcess process, URI address) {
    this.process = process;
    this.address = address;
  }

  /// @param process that tells on its control descriptor where it listens
  static Workerd of(RivalProcess process) throws IOException {
    try {
      int port = new ObjectMapper().readTree(process.hear()).path("port").asInt();
      return new Workerd(process, URI.create("http://127.0.0.1:" + port + "/"));
    } catch (IOException e) {
      process.close();
      throw e;
    }
  }

  @Override
  public Map<Measure, Double> run(Map<String, Object> what) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(address).POST(BodyPublishers.ofString(RivalProcess.question(what))).build();
    try {
      return process.answer(client.send(request, BodyHandlers.ofString()).body(), what);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while workerd measured", e);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
    process.close();
  }
}
