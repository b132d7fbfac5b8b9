package io.freshet.delta;

import io.freshet.changes.Change;
import io.freshet.ledger.Writers;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.DoFn;

/** From the name of an attempt to the changes of its slice. */
final class ReadChangesFn extends DoFn<String, Change> {
  private final ChangeFeed feed;
  private final Schema schema;
  private final Writers writers;

  ReadChangesFn(ChangeFeed feed, Schema schema, Writers writers) {
    this.feed = feed;
    this.schema = schema;
    this.writers = writers;
  }

  @ProcessElement
  public void process(@Element String attempt, OutputReceiver<Change> output)
      throws InterruptedException {
    SliceChanges.of(feed, schema).emit(attempt, writers, output::output);
  }
}
