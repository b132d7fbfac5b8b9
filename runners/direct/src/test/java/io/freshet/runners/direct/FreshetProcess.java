package io.freshet.runners.direct;

import io.freshet.testing.Await;
import io.freshet.testing.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** The pipeline as a process of its own, with the class path of the tests. */
final class FreshetProcess implements AutoCloseable {
  /** Generous: on a busy machine a JVM takes long to start. */
  static final Duration LIMIT = Duration.ofSeconds(90);

  private final ServerProcess process;

  private FreshetProcess(ServerProcess process) {
    this.process = process;
  }

  /** Runs a command; its output goes to {@code log}. */
  static FreshetProcess start(Path log, List<String> arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                // Starts faster, and a test is over before the other compiler would pay.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName()));
    command.addAll(arguments);
    return new FreshetProcess(ServerProcess.start(command, log, () -> true));
  }

  /** Waits until it has printed {@code text}. */
  FreshetProcess awaitOutput(String text) {
    await("'" + text + "' in the output", () -> output().contains(text));
    return this;
  }

  /** Waits while it runs until {@code condition} holds. */
  FreshetProcess await(String what, BooleanSupplier condition) {
    try {
      Await.until(
          what,
          LIMIT,
          () -> {
            if (condition.getAsBoolean()) {
              return true;
            }
            if (!process.isAlive()) {
              throw new AssertionError("Ended before " + what);
            }
            return false;
          });
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + output(), e);
    }
    return this;
  }

  /** Waits for its end by itself; fails with its output unless it ends with {@code status}. */
  FreshetProcess expectExit(int status) {
    return expectExit(status, LIMIT);
  }

  /** Waits for its end by itself, with an error of this category that names these parts. */
  void expectError(String category, String... parts) {
    expectExit(1);
    requireError(output(), category, parts);
  }

  /** What a command said must be an error of this category that names these parts. */
  static void requireError(String output, String category, String... parts) {
    String start = "freshet: error (" + category + "): ";
    int at = output.indexOf(start);
    if (at < 0) {
      throw new AssertionError("No " + start + " in " + output);
    }
    for (String part : parts) {
      if (!output.substring(at).contains(part)) {
        throw new AssertionError("No " + part + " in " + output);
      }
    }
  }

  /** SIGTERM; it must end with status 0 within the 10 s that it promises. */
  void stop() {
    process.signal("TERM");
    expectExit(0, Duration.ofSeconds(10));
  }

  /** SIGKILL. */
  void kill() {
    process.kill();
  }

  /** SIGSTOP. */
  void freeze() {
    process.freeze();
  }

  /** SIGCONT. */
  void resume() {
    process.resume();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** What it has printed. */
  String output() {
    return process.output();
  }

  @Override
  public void close() {
    process.kill();
  }

  private FreshetProcess expectExit(int status, Duration limit) {
    int actual;
    try {
      actual = process.exitStatus(limit);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + output(), e);
    }
    if (actual != status) {
      throw new AssertionError("Ended with status " + actual + "\n" + output());
    }
    return this;
  }
}
