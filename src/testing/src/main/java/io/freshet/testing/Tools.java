package io.freshet.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Finds what {@code ./freshet} has installed for tests. A tool that is missing is a failure, never
 * a skipped test.
 */
public final class Tools {
  private Tools() {}

  /** A program of the project's Python environment. */
  public static Path python(String program) {
    return required(home().resolve("venv/bin").resolve(program));
  }

  /** The S3 server, which has a Python environment of its own. */
  static Path s3Server() {
    return required(home().resolve("s3/bin/moto_server"));
  }

  /** A program on the PATH. */
  public static Path onPath(String program) {
    Optional<Path> found =
        Arrays.stream(System.getenv("PATH").split(":"))
            .map(folder -> Path.of(folder, program))
            .filter(Files::isExecutable)
            .findFirst();
    return found.orElseThrow(
        () -> new IllegalStateException(program + " is not on the PATH; run ./freshet setup"));
  }

  /** A port of 127.0.0.1 that nobody listens on now. */
  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException("No free port on 127.0.0.1", e);
    }
  }

  /** The text of a Python script of this module. */
  static String script(String name) {
    try (InputStream script = Tools.class.getResourceAsStream("/" + name)) {
      return new String(script.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("Cannot read " + name, e);
    }
  }

  private static Path home() {
    return Path.of(System.getProperty("freshet.tools", ".tools"));
  }

  private static Path required(Path tool) {
    if (!Files.isExecutable(tool)) {
      throw new IllegalStateException(tool + " is missing; run ./freshet setup");
    }
    return tool;
  }
}
