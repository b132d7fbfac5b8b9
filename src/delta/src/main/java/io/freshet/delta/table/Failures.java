package io.freshet.delta.table;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.io.IOException;
import java.util.Optional;

/** Finds out what an exception of another library means, by its type alone. */
final class Failures {
  private Failures() {}

  /** A file system that does not answer, or answers with an error. */
  static FreshetException storage(String what, IOException cause) {
    return new FreshetException(
        FailureCategory.STORAGE_UNAVAILABLE, "Cannot read %s: %s".formatted(what, cause), cause);
  }

  /** Whether S3 has no bucket of that name; its library is not on every class path. */
  static boolean isOfMissingBucket(IOException cause) {
    return cause.getClass().getName().equals("org.apache.hadoop.fs.s3a.UnknownStoreException");
  }

  /** The nearest exception of {@code type} among {@code e} and its causes. */
  static <T extends Throwable> Optional<T> cause(Throwable e, Class<T> type) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      if (type.isInstance(at)) {
        return Optional.of(type.cast(at));
      }
    }
    return Optional.empty();
  }
}
