package io.freshet.uservectors.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * SIGTERM and SIGINT as {@code ./freshet run} has them on Linux: blocked before the JVM starts, and
 * left so by its option {@code -Xrs}. Until a JVM can handle a signal, it dies of it; one that is
 * blocked waits, and the kernel shows it (proc(5), {@code ShdPnd} of {@code /proc/self/status}).
 */
final class BlockedSignals {
  private static final String PROPERTY = "freshet.signals";
  private static final String STATUS = "/proc/self/status";
  private static final String PENDING = "\nShdPnd:\t";
  private static final int DIGITS = 16;

  /** The bits of SIGINT (2) and SIGTERM (15). */
  private static final long MASK = 1L << 1 | 1L << 14;

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final int MOST_BYTES = 16_384;

  private BlockedSignals() {}

  /** Whether the launcher says that it has blocked them. */
  static boolean areUsed() {
    return "blocked".equals(System.getProperty(PROPERTY));
  }

  /**
   * Runs {@code action} once, in a thread of its own, when one of them has come.
   *
   * @throws UncheckedIOException if the kernel does not show them
   */
  static void await(Runnable action) {
    RandomAccessFile status;
    try {
      // Kept open: there may be no descriptor left when it matters.
      status = new RandomAccessFile(STATUS, "r");
      boolean unused = isPending(read(status));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "SIGTERM is blocked, and " + STATUS + " does not show whether it has come", e);
    }
    Thread thread =
        new Thread(
            () -> {
              while (!hasCome(status)) {
                LockSupport.parkNanos(LOOK_NANOS);
              }
              action.run();
            },
            "freshet-signals");
    thread.setDaemon(true);
    thread.start();
  }

  /** What cannot be read is looked at again: else a process could not be ended. */
  private static boolean hasCome(RandomAccessFile status) {
    try {
      return isPending(read(status));
    } catch (IOException e) {
      return false;
    }
  }

  private static String read(RandomAccessFile status) throws IOException {
    byte[] bytes = new byte[MOST_BYTES];
    status.seek(0);
    int length = Math.max(0, status.read(bytes));
    return new String(bytes, 0, length, ISO_8859_1);
  }

  /** Whether a process's status says that SIGTERM or SIGINT waits for it. */
  static boolean isPending(String status) throws IOException {
    int at = status.indexOf(PENDING);
    if (at < 0 || status.length() < at + PENDING.length() + DIGITS) {
      throw new IOException("No pending signals in " + STATUS);
    }
    int start = at + PENDING.length();
    String mask = status.substring(start, start + DIGITS);
    try {
      return (Long.parseUnsignedLong(mask, 16) & MASK) != 0;
    } catch (NumberFormatException e) {
      throw new IOException("No mask of pending signals in " + STATUS + ": '" + mask + "'", e);
    }
  }
}
