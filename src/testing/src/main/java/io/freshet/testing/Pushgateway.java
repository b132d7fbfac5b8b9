package io.freshet.testing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A Pushgateway on a port of loopback. It keeps nothing over a restart. */
public final class Pushgateway implements AutoCloseable {
  private final HttpClient client = HttpClient.newHttpClient();
  private final Path log;
  private final int port;
  private ServerProcess process;

  private Pushgateway(Path log, int port) {
    this.log = log;
    this.port = port;
  }

  /** Starts one; its output goes to {@code folder}. */
  public static Pushgateway start(Path folder) {
    Pushgateway gateway = new Pushgateway(folder.resolve("pushgateway.log"), Tools.freePort());
    gateway.launch();
    return gateway;
  }

  private void launch() {
    List<String> command =
        List.of(
            Tools.onPath("prometheus-pushgateway").toString(),
            "--web.listen-address=" + address(),
            // Debian's keeps its metrics in /var/lib/prometheus unless told otherwise.
            "--persistence.file=");
    process = ServerProcess.start(command, log, this::isReady);
  }

  /** {@code host:port}. */
  public String address() {
    return "127.0.0.1:" + port;
  }

  /** All that it would be scraped for. */
  public String metrics() {
    try {
      HttpResponse<String> answer = get("/metrics");
      if (answer.statusCode() != 200) {
        throw new IllegalStateException("/metrics: " + answer.statusCode() + " " + answer.body());
      }
      return answer.body();
    } catch (IOException e) {
      throw new IllegalStateException("The Pushgateway at " + address() + " does not answer", e);
    }
  }

  /** SIGKILL. */
  public void kill() {
    process.kill();
  }

  /** Starts it again, after {@link #kill}, on the same port and empty. */
  public void restart() {
    launch();
  }

  /** Freezes it: it accepts connections and answers none, until {@link #resume}. */
  public void freeze() {
    process.freeze();
  }

  /** Ends {@link #freeze}. */
  public void resume() {
    process.resume();
  }

  @Override
  public void close() {
    process.close();
  }

  private boolean isReady() {
    try {
      return get("/-/ready").statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private HttpResponse<String> get(String path) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address() + path))
            .timeout(Duration.ofSeconds(10))
            .build();
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }
}
