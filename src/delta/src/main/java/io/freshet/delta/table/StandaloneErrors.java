package io.freshet.delta.table;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import shadedelta.com.fasterxml.jackson.core.JsonProcessingException;

/**
 * Says in Freshet's words what delta-standalone throws. Being written in Scala it throws checked
 * exceptions that it does not declare.
 */
final class StandaloneErrors {
  private final LogFolder folder;
  private final Configuration hadoopConf;

  StandaloneErrors(LogFolder folder, Configuration hadoopConf) {
    this.folder = folder;
    this.hadoopConf = hadoopConf;
  }

  /** Runs {@code call}. */
  <T> T translating(Callable<T> call) {
    try {
      return call.call();
    } catch (FreshetException e) {
      throw e;
    } catch (Exception e) {
      throw translate(e);
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
    if (Failures.cause(e, JsonProcessingException.class).isPresent()) {
      return new FreshetException(
          FailureCategory.CORRUPT_FILE,
          what + " holds a line that is not a Delta action; restore the file",
          e);
    }
    Optional<IOException> storage = Failures.cause(e, IOException.class);
    if (storage.isPresent()) {
      return Failures.storage(what, storage.get());
    }
    Optional<LogProtocol> protocol = LogProtocol.newest(folder, hadoopConf);
    if (protocol.isPresent() && !protocol.get().isKnown()) {
      return protocol.get().unsupported(folder.table().toString());
    }
    return new FreshetException(
        FailureCategory.TABLE_UNSUPPORTED, "%s cannot be read: %s".formatted(what, e), e);
  }
}
