package io.freshet.runners.spark;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;

/** What Spark records of a pipeline. */
public interface SparkLogOptions extends PipelineOptions {
  @Description(
      "Whether Spark writes its event log, for the history server, as spark.eventLog.* say. It is off"
          + " otherwise, whatever spark.eventLog.enabled says: two micro-batches a second fill it"
          + " while nothing happens, too.")
  @Default.Boolean(false)
  boolean getSparkEventLog();

  void setSparkEventLog(boolean eventLog);
}
