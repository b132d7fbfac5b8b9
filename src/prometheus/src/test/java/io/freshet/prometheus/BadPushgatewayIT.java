package io.freshet.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.freshet.changes.metrics.CounterMetric;
import io.freshet.testing.Await;
import io.freshet.testing.Tools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The limits are no measurements: they end a test that hangs. */
@Timeout(30)
class BadPushgatewayIT {
  private static final CounterMetric ROWS =
      new CounterMetric("bad_pushgateway_rows_total", "Rows.", List.of());

  @Test
  void withoutAPushgatewayEverythingGoesOn() {
    try (PushgatewayReporter reporter = start("127.0.0.1:" + Tools.freePort())) {
      ROWS.add(1);

      assertFalse(reporter.pushNow());
    }
  }

  @Test
  void aPushgatewayThatNeverAnswersHoldsNobodyUp() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      PushgatewayReporter reporter = start("127.0.0.1:" + server.getLocalPort());
      try (Socket push = server.accept()) {
        // The only thread waits for an answer to this push now.
        for (int i = 0; i < 100_000; i++) {
          ROWS.add(1);
        }
        assertFalse(reporter.pushNow());
        assertFalse(push.isClosed());
        reporter.close();
      }
    }
  }

  @Test
  void aPushThatHangsIsGivenUp() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        LoggedErrors log = new LoggedErrors();
        PushgatewayReporter reporter = start("127.0.0.1:" + server.getLocalPort());
        Socket first = server.accept();
        Socket second = server.accept()) {
      assertTrue(first.isConnected() && second.isConnected());
      Await.until("log line", Duration.ofSeconds(20), () -> log.count("Cannot push") == 1);
      assertTrue(log.text().contains("timed out"), log.text());
      assertFalse(reporter.pushNow());
    }
  }

  @Test
  void credentialsAreSentAndNeverLogged() throws Exception {
    CompletableFuture<String> authorization = new CompletableFuture<>();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/prefix/metrics/job/job",
        exchange -> {
          authorization.complete(exchange.getRequestHeaders().getFirst("Authorization"));
          exchange.sendResponseHeaders(401, -1);
          exchange.close();
        });
    server.start();
    String encoded = Base64.getEncoder().encodeToString("me:s3cret".getBytes(UTF_8));
    try (LoggedErrors log = new LoggedErrors();
        PushgatewayReporter reporter =
            PushgatewayReporter.start(
                PushgatewayTarget.of(
                        "http://127.0.0.1:" + server.getAddress().getPort() + "/prefix",
                        "job",
                        "direct")
                    .withCredentials("me:s3cret")
                    .withInterval(Duration.ofMillis(50)))) {
      assertFalse(reporter.pushNow());

      assertEquals("Basic " + encoded, authorization.join());
      assertEquals(1, log.count("was 401"), log.text());
      assertFalse(log.text().contains("s3cret") || log.text().contains(encoded), log.text());
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aRefusedPushIsAnOutageThatIsLoggedOnce() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(400, -1);
          exchange.close();
        });
    server.start();
    try (LoggedErrors log = new LoggedErrors();
        PushgatewayReporter reporter = start("127.0.0.1:" + server.getAddress().getPort())) {
      for (int i = 0; i < 5; i++) {
        assertFalse(reporter.pushNow());
      }
      assertEquals(1, log.count("Cannot push"), log.text());
    } finally {
      server.stop(0);
    }
  }

  private static PushgatewayReporter start(String address) {
    return PushgatewayReporter.start(
        PushgatewayTarget.of(address, "job", "direct").withInterval(Duration.ofMillis(50)));
  }
}
