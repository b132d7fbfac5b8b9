package io.freshet.delta;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.util.function.Supplier;

/** Names the version that something was read for. */
final class VersionErrors {
  private VersionErrors() {}

  /** Reads something of a version; whatever nobody foresaw is thrown with its cause and place. */
  static <T> T reading(long version, String table, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (FreshetException e) {
      throw e;
    } catch (RuntimeException e) {
      throw unexpected(version, table, e);
    }
  }

  /** What nobody foresaw, whatever it is: a runner says no more than that it has failed. */
  static FreshetException unexpected(long version, String table, Throwable e) {
    StackTraceElement[] trace = e.getStackTrace();
    String place = trace.length == 0 ? "" : " at " + trace[0];
    return new FreshetException(
        FailureCategory.UNEXPECTED,
        "Version %d of %s cannot be read, for a reason that was not foreseen: %s%s; the log of this process has it whole. If that is not the table's fault, please report it; or go on after that version with a new ledger and --startingVersion=%d"
            .formatted(version, table, e, place, version + 1),
        e);
  }

  static FreshetException at(long version, String table, FreshetException e) {
    return new FreshetException(
        e.category(),
        "The changes of version %d of %s cannot be read: %s"
            .formatted(version, table, e.getMessage()),
        e);
  }
}
