package io.freshet.delta;

import io.freshet.changes.Change;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.DoFn;

/** From the name of an attempt to the changes of its slice. */
final class ReadChangesFn extends DoFn<String, Change> {
  private final ChangeFeed feed;
  private final Schema schema;

  ReadChangesFn(ChangeFeed feed, Schema schema) {
    this.feed = feed;
    this.schema = schema;
  }

  @ProcessElement
  public void process(@Element String attempt, OutputReceiver<Change> output)
      throws InterruptedException {
    SliceChanges.of(feed, schema).emit(attempt, output::output);
  }
}
