package io.freshet.changes;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;

/**
 * Whether a server speaks TLS, told by what it answers first. Where client and server do not agree
 * on that, libraries only say that the connection is broken.
 */
public final class ServerProtocol {
  /** What opens every connection of HTTP/2 (RFC 9113, section 3.4), and an empty SETTINGS frame. */
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0".getBytes(US_ASCII);

  private static final int FRAME_HEADER = 9;
  private static final int FRAME_TYPE = 3;
  private static final int SETTINGS = 4;
  private static final int TLS_ALERT = 0x15;
  private static final int TLS_HANDSHAKE = 0x16;
  private static final int TLS_MAJOR = 3;

  private ServerProtocol() {}

  /**
   * Whether a server certainly speaks TLS where the address says plain HTTP, or the other way
   * round. False where it cannot be told: the server is away, say.
   *
   * @param port the port, which the address need not name
   * @param limit how long a connection, and each of two answers, may take
   */
  public static boolean isOtherThan(ServerAddress address, int port, Duration limit) {
    boolean tls = isTls(answer(address, port, clientHello(), limit));
    boolean plain = isPlain(answer(address, port, PREFACE, limit));
    return tls != plain && tls != address.tls();
  }

  /** A record of TLS (RFC 8446, section 5.1). */
  private static boolean isTls(byte[] answer) {
    return answer.length > 1
        && (answer[0] == TLS_HANDSHAKE || answer[0] == TLS_ALERT)
        && answer[1] == TLS_MAJOR;
  }

  private static boolean isPlain(byte[] answer) {
    boolean http1 = new String(answer, US_ASCII).startsWith("HTTP/");
    boolean http2 =
        answer.length == FRAME_HEADER && answer[0] == 0 && answer[FRAME_TYPE] == SETTINGS;
    return http1 || http2;
  }

  /**
   * Of no context but its own, which trusts nobody: the JVM's opens the files that its settings
   * name, and nothing here depends on them.
   */
  private static byte[] clientHello() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[0], new TrustManager[0], null);
      SSLEngine engine = context.createSSLEngine();
      engine.setUseClientMode(true);
      ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
      var unused = engine.wrap(ByteBuffer.allocate(0), hello);
      return Arrays.copyOf(hello.array(), hello.position());
    } catch (GeneralSecurityException | SSLException e) {
      throw new IllegalStateException("This JVM cannot open a connection of TLS", e);
    }
  }

  /** The first bytes of the answer to {@code request}; none if there is no answer. */
  private static byte[] answer(ServerAddress address, int port, byte[] request, Duration limit) {
    int millis = Math.toIntExact(limit.toMillis());
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address.bareHost(), port), millis);
      socket.setSoTimeout(millis);
      socket.getOutputStream().write(request);
      InputStream in = socket.getInputStream();
      return in.readNBytes(FRAME_HEADER);
    } catch (IOException e) {
      return new byte[0]; // It cannot be told.
    }
  }
}
