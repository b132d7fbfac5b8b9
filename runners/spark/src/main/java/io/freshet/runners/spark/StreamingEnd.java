package io.freshet.runners.spark;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.streaming.StreamingContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;

/**
 * Ends Spark Streaming on a Spark context. It waits for the micro-batch that is being made, and
 * that for the tasks that Beam reads the source in: where no executor takes them, for ever. So what
 * runs is cancelled if it does not end soon, and what is begun after it, too.
 */
final class StreamingEnd {
  private static final Logger LOG = LoggerFactory.getLogger(StreamingEnd.class);
  private static final Duration PATIENCE = Duration.ofMillis(500);

  private final SparkContext context;

  StreamingEnd(SparkContext context) {
    this.context = context;
  }

  /** Returns when it has ended. */
  @SuppressWarnings("deprecation") // Spark Streaming is; Beam's runner stands on it.
  void await() {
    // Spark interrupts its threads, some of which end with a stack trace on stderr.
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, e) -> LOG.debug("{} ended while Spark was being ended", thread.getName(), e));
    Option<StreamingContext> streaming = StreamingContext.getActive();
    if (streaming.isEmpty()) {
      return;
    }
    CountDownLatch ended = new CountDownLatch(1);
    Thread canceller = new Thread(() -> cancelUntil(ended), "freshet-spark-jobs");
    canceller.setDaemon(true);
    canceller.start();
    try {
      streaming.get().stop(false, false);
    } finally {
      ended.countDown();
    }
  }

  private void cancelUntil(CountDownLatch ended) {
    try {
      while (!ended.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        context.cancelAllJobs();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IllegalStateException e) {
      LOG.debug("Spark's context has ended, and all jobs with it", e);
    }
  }
}
