package io.freshet.runners.spark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class WorkerVersionsTest {
  /** The head of a worker's page of Spark 3.4.4. */
  private static final String PAGE =
      """
      <div class="row-fluid">
        <div class="col-12">
          <h3 style="vertical-align: middle; display: inline-block;">
            <a style="text-decoration: none" href="/">
              <img src="/static/spark-logo-77x50px-hd.png"/>
              <span class="version" style="margin-right: 15px;">3.4.4</span>
            </a>
            Spark Worker at 127.0.0.1:35611
          </h3>
      """;

  @Test
  void pageOfAWorkerBearsItsVersion() {
    assertEquals(Optional.of("3.4.4"), WorkerVersions.in(PAGE));
    assertEquals(Optional.empty(), WorkerVersions.in("<html>Logs for container_1</html>"));
  }

  @Test
  void itIsAskedForWhereTheLogIsShown() throws IOException {
    HttpServer worker =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    worker.createContext(
        "/",
        exchange -> {
          boolean root = exchange.getRequestURI().toString().equals("/");
          byte[] page = (root ? PAGE : "a log").getBytes(UTF_8);
          exchange.sendResponseHeaders(200, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    worker.start();
    String address = "http://127.0.0.1:" + worker.getAddress().getPort();
    try {
      assertEquals(
          Optional.of("3.4.4"),
          WorkerVersions.of(address + "/logPage/?appId=app-1&executorId=0&logType=stderr"));
    } finally {
      worker.stop(0);
    }
    assertEquals(Optional.empty(), WorkerVersions.of(address + "/"), "nobody answers");
  }
}
