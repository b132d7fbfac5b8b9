package io.freshet.prometheus;

import io.freshet.changes.metrics.PipelineMetrics;
import java.util.concurrent.CountDownLatch;

/** A worker in a JVM of its own: counts, pushes, says so, and stays. */
final class WorkerMain {
  private WorkerMain() {}

  /** Arguments: the Pushgateway's address, the job's name, the role and the count. */
  public static void main(String[] args) throws InterruptedException {
    PipelineMetrics.RECORDS_PROCESSED.add(Long.parseLong(args[3]), "success");
    PushgatewayTarget target = PushgatewayTarget.of(args[0], args[1], args[2]);
    System.out.println("pushed: " + PushgatewayReporter.start(target).pushNow());
    new CountDownLatch(1).await();
  }
}
