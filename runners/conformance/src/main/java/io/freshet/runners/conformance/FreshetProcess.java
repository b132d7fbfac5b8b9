package io.freshet.runners.conformance;

import io.freshet.testing.Await;
import io.freshet.testing.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** The pipeline as a process of its own. */
public final class FreshetProcess implements AutoCloseable {
  /** Generous: on a busy machine a JVM, and Spark even more, takes long to start. */
  public static final Duration LIMIT = Duration.ofMinutes(4);

  private final ServerProcess process;

  private FreshetProcess(ServerProcess process) {
    this.process = process;
  }

  /** Runs a command line; its output goes to {@code log}. */
  static FreshetProcess start(Path log, List<String> command) {
    return new FreshetProcess(ServerProcess.start(command, log, () -> true));
  }

  /** Waits until it has printed {@code text}. */
  public FreshetProcess awaitOutput(String text) {
    await("'" + text + "' in the output", () -> output().contains(text));
    return this;
  }

  /** Waits while it runs until {@code condition} holds. */
  public FreshetProcess await(String what, BooleanSupplier condition) {
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
  public FreshetProcess expectExit(int status) {
    return expectExit(status, LIMIT);
  }

  /** Waits for its end by itself, with an error of this category that names these parts. */
  public void expectError(String category, String... parts) {
    expectExit(1);
    requireError(output(), category, parts);
  }

  /** What a command said must be an error of this category that names these parts. */
  public static void requireError(String output, String category, String... parts) {
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
  public void stop() {
    process.signal("TERM");
    expectExit(0, Duration.ofSeconds(10));
  }

  /** SIGKILL. */
  public void kill() {
    process.kill();
  }

  /** SIGSTOP. */
  public void freeze() {
    process.freeze();
  }

  /** SIGCONT. */
  public void resume() {
    process.resume();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Its process id, for tools of the JDK. */
  public long pid() {
    return process.pid();
  }

  /** What it has printed. */
  public String output() {
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
