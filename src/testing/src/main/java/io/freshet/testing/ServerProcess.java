package io.freshet.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A process that a test starts, freezes, kills and stops by its own process id; its output goes to
 * a file.
 */
public final class ServerProcess implements AutoCloseable {
  private final Process process;
  private final Path log;

  private ServerProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts {@code command} and waits until {@code ready}; fails with the end of its output if it is
   * not in 60 s.
   */
  public static ServerProcess start(List<String> command, Path log, BooleanSupplier ready) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      ServerProcess server = new ServerProcess(process, log);
      try {
        Await.until(
            "start of " + command.get(0),
            Duration.ofSeconds(60),
            () -> {
              if (!process.isAlive()) {
                throw new IllegalStateException(command + " ended: " + server.output());
              }
              return ready.getAsBoolean();
            });
      } catch (RuntimeException | AssertionError e) {
        server.close();
        throw e;
      }
      return server;
    } catch (IOException e) {
      throw new IllegalStateException("Cannot start " + command, e);
    }
  }

  /** SIGKILL. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** SIGSTOP. */
  public void freeze() {
    signal("STOP");
  }

  /** SIGCONT. */
  public void resume() {
    signal("CONT");
  }

  /** Sends a signal by its name without SIG. */
  public void signal(String name) {
    try {
      ProcessBuilder kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()));
      kill.environment().put("LC_ALL", "C"); // It knows no CONT in Turkish.
      int status = kill.start().waitFor();
      if (status != 0) {
        throw new IllegalStateException("kill -" + name + " " + process.pid() + ": " + status);
      }
    } catch (IOException e) {
      throw new IllegalStateException("Cannot signal " + process.pid(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** Whether it runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Waits for the end and returns the exit status. */
  public int exitStatus(Duration limit) {
    Await.until("end of process " + process.pid(), limit, () -> !process.isAlive());
    return process.exitValue();
  }

  /** What it has printed. */
  public String output() {
    try {
      return Files.exists(log) ? Files.readString(log) : "";
    } catch (IOException e) {
      throw new IllegalStateException("Cannot read " + log, e);
    }
  }

  /** When it was started, for measurements. */
  public Instant started() {
    return process.info().startInstant().orElseThrow();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void awaitEnd() {
    Await.until(
        "end of process " + process.pid(), Duration.ofSeconds(20), () -> !process.isAlive());
  }
}
