package io.freshet.delta.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.FSError;

/**
 * Says in Freshet's words what the libraries that rebuild a table throw. delta-standalone, written
 * in Scala, throws checked exceptions that it does not declare.
 */
final class ReplayErrors {
  private final LogFolder folder;

  ReplayErrors(LogFolder folder) {
    this.folder = folder;
  }

  /** Runs {@code call}. */
  <T> T translating(Callable<T> call) {
    try {
      return call.call();
    } catch (FreshetException e) {
      throw e;
    } catch (Exception e) {
      throw translate(e);
    } catch (FSError e) {
      throw translate(StorageErrors.exception(e));
    }
  }

  private FreshetException translate(Exception e) {
    String what = "The log of " + folder.table();
    if (e instanceof InterruptedException) {
      Thread.currentThread().interrupt();
      return new FreshetException(
          FailureCategory.STORAGE_UNAVAILABLE, what + " was not read: interrupted", e);
    }
    // Exceptions of its JSON parser are IOExceptions, too.
    if (Failures.cause(e, JsonProcessingException.class).isPresent()
        || Failures.cause(e, shadedelta.com.fasterxml.jackson.core.JsonProcessingException.class)
            .isPresent()) {
      return new FreshetException(
          FailureCategory.CORRUPT_FILE,
          what + " holds a line that is not a Delta action; restore the file",
          e);
    }
    // A library may have wrapped it.
    Optional<IOException> storage =
        Failures.cause(e, IOException.class)
            .or(() -> Failures.cause(e, FSError.class).map(StorageErrors::exception));
    if (storage.isPresent()) {
      return Failures.storage(what, storage.get());
    }
    return new FreshetException(
        FailureCategory.TABLE_UNSUPPORTED, "%s cannot be read: %s".formatted(what, e), e);
  }
}
