package io.freshet.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLConnection;
import java.nio.file.Path;
import java.util.List;

/** The servers that tests run Milvus in. What differs between them is in {@code docs/milvus.md}. */
public enum MilvusKind {
  /** Milvus Lite: one small process. */
  LITE {
    @Override
    List<String> command(Path folder, int port, int healthPort) {
      return List.of(
          Tools.python("milvus-lite").toString(),
          "server",
          "--data-dir",
          folder.toString(),
          "--host",
          LOOPBACK,
          "--port",
          Integer.toString(port));
    }

    @Override
    boolean isUp(int port, int healthPort) {
      return isListening(port);
    }
  },

  /** The standalone Milvus 2.3.5, with etcd and message queue in the same process. */
  STANDALONE {
    @Override
    List<String> command(Path folder, int port, int healthPort) {
      return List.of(
          Tools.python("python").toString(),
          "-c",
          Tools.script("milvus_standalone.py"),
          folder.toString(),
          Integer.toString(port),
          Integer.toString(healthPort));
    }

    @Override
    boolean isUp(int port, int healthPort) {
      try {
        URLConnection health =
            URI.create("http://" + LOOPBACK + ":" + healthPort + "/healthz")
                .toURL()
                .openConnection();
        health.setConnectTimeout(PROBE_MILLIS);
        health.setReadTimeout(PROBE_MILLIS);
        try (InputStream answer = health.getInputStream()) {
          return new String(answer.readAllBytes(), UTF_8).contains("OK");
        }
      } catch (IOException e) {
        return false;
      }
    }
  };

  private static final String LOOPBACK = "127.0.0.1";
  private static final int PROBE_MILLIS = 500;

  /** Runs the server in the process that is started. */
  abstract List<String> command(Path folder, int port, int healthPort);

  /** Whether it answers. */
  abstract boolean isUp(int port, int healthPort);

  static boolean isListening(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PROBE_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
