package io.freshet.changes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLServerSocketFactory;
import org.junit.jupiter.api.Test;

class ServerProtocolTest {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private static boolean isOther(boolean tls, int port) {
    ServerAddress address =
        new ServerAddress(tls, LOOPBACK.getHostAddress(), Optional.of(port), "");
    return ServerProtocol.isOtherThan(address, port, LIMIT);
  }

  /** Answers each connection, and closes it. */
  private static Thread answering(ServerSocket server, byte[] bytes) {
    Thread thread =
        new Thread(
            () -> {
              while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                  int unusedByte = socket.getInputStream().read();
                  socket.getOutputStream().write(bytes);
                  socket.shutdownOutput();
                  long unusedRest =
                      socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                } catch (IOException e) {
                  // The client has gone, or it is no client of this server: the next one.
                }
              }
            });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @Test
  void serverOfHttp1IsPlain() throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 0);
    server.start();
    try {
      assertTrue(isOther(true, server.getAddress().getPort()));
      assertFalse(isOther(false, server.getAddress().getPort()));
    } finally {
      server.stop(0);
    }
  }

  @Test
  void serverOfHttp2IsPlain() throws IOException {
    try (ServerSocket server =
        ServerSocketFactory.getDefault().createServerSocket(0, 9, LOOPBACK)) {
      // SETTINGS with one setting.
      Thread unused = answering(server, new byte[] {0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 100});
      assertTrue(isOther(true, server.getLocalPort()));
      assertFalse(isOther(false, server.getLocalPort()));
    }
  }

  @Test
  void serverOfTlsIsNotPlain() throws IOException {
    // Without a certificate it answers with an alert, which is TLS as well.
    try (SSLServerSocket server =
        (SSLServerSocket) SSLServerSocketFactory.getDefault().createServerSocket(0, 9, LOOPBACK)) {
      server.setEnabledProtocols(
          Arrays.stream(server.getSupportedProtocols())
              .filter(protocol -> protocol.startsWith("TLSv1."))
              .toArray(String[]::new));
      Thread unused = answering(server, new byte[] {1});
      assertTrue(isOther(false, server.getLocalPort()));
      assertFalse(isOther(true, server.getLocalPort()));
    }
  }

  /** What a JVM is told to trust is no matter of a server that is merely away. */
  @Test
  void nothingIsSaidWhereTheTrustStoreOfThisJvmCannotBeOpened()
      throws IOException, InterruptedException {
    Process jvm =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Djavax.net.ssl.trustStoreType=none-such",
                "-cp",
                System.getProperty("java.class.path"),
                OfBrokenTrust.class.getName())
            .redirectErrorStream(true)
            .start();
    String said = new String(jvm.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, jvm.waitFor(), said);
  }

  /** Looks at a server of plain HTTP, and at one that is away. */
  static final class OfBrokenTrust {
    private OfBrokenTrust() {}

    public static void main(String[] args) throws IOException {
      HttpServer server = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 0);
      server.start();
      int port = server.getAddress().getPort();
      try {
        assertTrue(isOther(true, port));
        assertFalse(isOther(false, port));
      } finally {
        server.stop(0);
      }
      assertFalse(isOther(false, port));
    }
  }

  @Test
  void nothingIsSaidOfAServerThatIsAwayOrDoesNotAnswer() throws IOException {
    int port;
    try (ServerSocket silent =
        ServerSocketFactory.getDefault().createServerSocket(0, 9, LOOPBACK)) {
      port = silent.getLocalPort();
      ServerAddress address =
          new ServerAddress(true, LOOPBACK.getHostAddress(), Optional.of(port), "");
      assertFalse(ServerProtocol.isOtherThan(address, port, Duration.ofMillis(100)));
    }
    assertFalse(isOther(true, port));
    assertFalse(isOther(false, port));
  }
}
