package io.freshet.delta;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/** Names the version that something was read for. */
final class VersionErrors {
  private VersionErrors() {}

  /** Reads something of a version; whatever nobody foresaw is thrown with its cause and place. */
  static <T> T reading(long version, String table, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (RuntimeException e) {
      throw told(version, table, e);
    }
  }

  /**
   * What an exception shall be told as: one that nobody foresaw with its cause, the table and the
   * version, since a runner says no more than that it has failed. What a library wraps of the
   * storage is the storage's; what ends a thread, or the whole process, goes its way.
   */
  static RuntimeException told(long version, String table, RuntimeException e) {
    if (e instanceof FreshetException || isEnd(e)) {
      return e;
    }
    Optional<IOException> storage = cause(e, IOException.class);
    if (storage.isPresent()) {
      return new FreshetException(
          FailureCategory.STORAGE_UNAVAILABLE,
          "Version %d of %s cannot be read: %s".formatted(version, table, storage.get()),
          e);
    }
    StackTraceElement[] trace = e.getStackTrace();
    String place = trace.length == 0 ? "" : " at " + trace[0];
    return new FreshetException(
        FailureCategory.UNEXPECTED,
        "Version %d of %s cannot be read, for a reason that was not foreseen: %s%s; the log of this process has it whole. If that is not the table's fault, please report it; or go on after that version with a new ledger and --startingVersion=%d"
            .formatted(version, table, e, place, version + 1),
        e);
  }

  private static boolean isEnd(RuntimeException e) {
    return Thread.currentThread().isInterrupted()
        || e instanceof CancellationException
        || cause(e, Error.class).isPresent()
        || cause(e, InterruptedException.class).isPresent()
        || cause(e, ClosedByInterruptException.class).isPresent()
        || cause(e, InterruptedIOException.class)
            .filter(io -> !(io instanceof SocketTimeoutException))
            .isPresent();
  }

  private static <T extends Throwable> Optional<T> cause(Throwable e, Class<T> type) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      if (type.isInstance(at)) {
        return Optional.of(type.cast(at));
      }
    }
    return Optional.empty();
  }

  static FreshetException at(long version, String table, FreshetException e) {
    return new FreshetException(
        e.category(),
        "The changes of version %d of %s cannot be read: %s"
            .formatted(version, table, e.getMessage()),
        e);
  }
}
