package io.freshet.runners.spark;

import java.util.Optional;
import org.apache.spark.streaming.StreamingContext;
import scala.Option;

/**
 * Looks for what has failed in Spark Streaming. Listeners hear of micro-batches alone, and what
 * fails while one is made makes none: Beam reads the source then. Spark Streaming keeps the last
 * error of either kind for who waits for its end.
 */
final class StreamingErrors {
  private final Failures failures;
  private Optional<Throwable> last = Optional.empty();

  StreamingErrors(Failures failures) {
    this.failures = failures;
  }

  /** Counts the error that there is, if it is another than at the last look. */
  @SuppressWarnings("deprecation") // Spark Streaming is; Beam's runner stands on it.
  void look() {
    Option<StreamingContext> streaming = StreamingContext.getActive();
    if (streaming.isDefined()) {
      found(error(streaming.get()));
    }
  }

  private void found(Optional<Throwable> error) {
    if (error.isPresent() && last.filter(before -> before == error.get()).isEmpty()) {
      last = error;
      failures.failed(error.get());
    }
  }

  @SuppressWarnings("deprecation")
  private static Optional<Throwable> error(StreamingContext streaming) {
    try {
      streaming.awaitTerminationOrTimeout(0);
      return Optional.empty();
    } catch (Throwable e) { // Whatever has failed, as it is.
      return Optional.of(e);
    }
  }
}
