package io.freshet.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A Milvus: a process with a folder of its own and a port of 127.0.0.1, both of which it keeps over
 * restarts. Two servers of Milvus Lite share a port without an error, each getting some of the
 * calls; a port is therefore taken only while nobody listens on it.
 */
public final class MilvusServer implements AutoCloseable {
  private final MilvusKind kind;
  private final Path folder;
  private final int port = Tools.freePort();
  private final int healthPort = Tools.freePort();
  private ServerProcess process;

  private MilvusServer(MilvusKind kind, Path folder) {
    this.kind = kind;
    this.folder = folder;
    this.process = launch();
  }

  /** Starts a server on a free port; {@code folder} is created if it is not there. */
  public static MilvusServer start(MilvusKind kind, Path folder) {
    return new MilvusServer(kind, folder);
  }

  /** {@code http://127.0.0.1:port}. */
  public String uri() {
    return "http://127.0.0.1:" + port;
  }

  /** SIGKILL. */
  public void kill() {
    process.kill();
  }

  /**
   * Starts again on the same port with the same data; the process must have ended. The standalone
   * Milvus waits some 15 s for the place of the killed one.
   */
  public void restart() {
    if (process.isAlive()) {
      throw new IllegalStateException("Milvus on port " + port + " is still running");
    }
    process = launch();
  }

  /**
   * SIGSTOP: connections stay, and nothing answers. The standalone Milvus ends itself when it was
   * frozen for more than 15 s.
   */
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
    if (MilvusKind.isListening(port)) {
      throw new IllegalStateException("Another server listens on port " + port);
    }
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new IllegalStateException("Cannot create " + folder, e);
    }
    return ServerProcess.start(
        kind.command(folder, port, healthPort),
        folder.resolveSibling(folder.getFileName() + ".log"),
        () -> kind.isUp(port, healthPort));
  }
}
