package io.freshet.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A Milvus Lite server: a process with a data folder and a port of 127.0.0.1, both of which it
 * keeps over restarts. Two such servers share a port without an error, each getting some of the
 * calls; a port is therefore taken only while nobody listens on it.
 */
public final class MilvusLite implements AutoCloseable {
  private static final int PROBE_MILLIS = 500;

  private final Path dataDir;
  private final int port;
  private ServerProcess process;

  private MilvusLite(Path dataDir, int port) {
    this.dataDir = dataDir;
    this.port = port;
    this.process = launch();
  }

  /** Starts a server on a free port; {@code dataDir} is created if it is not there. */
  public static MilvusLite start(Path dataDir) {
    return new MilvusLite(dataDir, Tools.freePort());
  }

  /** {@code http://127.0.0.1:port}. */
  public String uri() {
    return "http://127.0.0.1:" + port;
  }

  /** SIGKILL. */
  public void kill() {
    process.kill();
  }

  /** Starts again on the same port with the same data; the process must have ended. */
  public void restart() {
    if (process.isAlive()) {
      throw new IllegalStateException("Milvus Lite on port " + port + " is still running");
    }
    process = launch();
  }

  /** SIGSTOP: connections stay, and nothing answers. */
  public void freeze() {
    process.freeze();
  }

  /** SIGCONT. */
  public void resume() {
    process.resume();
  }

  /** What the server has printed. */
  public String output() {
    return process.output();
  }

  /** Ends the server, frozen or not. */
  @Override
  public void close() {
    process.kill();
    process.close();
  }

  private ServerProcess launch() {
    if (isListening()) {
      throw new IllegalStateException("Another server listens on port " + port);
    }
    try {
      Files.createDirectories(dataDir);
    } catch (IOException e) {
      throw new IllegalStateException("Cannot create " + dataDir, e);
    }
    return ServerProcess.start(
        List.of(
            Tools.python("milvus-lite").toString(),
            "server",
            "--data-dir",
            dataDir.toString(),
            "--host",
            "127.0.0.1",
            "--port",
            Integer.toString(port)),
        dataDir.resolveSibling(dataDir.getFileName() + ".log"),
        this::isListening);
  }

  private boolean isListening() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PROBE_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
