package io.freshet.delta;

import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.schemas.Schema;

/**
 * Emits the names of the attempts that the ledger hands out. Its checkpoint holds nothing: progress
 * is the ledger's, and a runner that restores an old checkpoint, or none, loses and repeats nothing
 * by it.
 */
final class SliceSource extends UnboundedSource<String, NoCheckpoint> {
  private final ChangeFeed feed;
  private final String generation;
  private final Schema schema;

  SliceSource(ChangeFeed feed, String generation, Schema schema) {
    this.feed = feed;
    this.generation = generation;
    this.schema = schema;
  }

  /** One source: slices follow one another. */
  @Override
  public List<SliceSource> split(int desiredNumSplits, PipelineOptions options) {
    return List.of(this);
  }

  @Override
  public UnboundedReader<String> createReader(PipelineOptions options, NoCheckpoint checkpoint) {
    return new SliceReader(this, SliceFeeder.of(feed, generation, schema)::next);
  }

  @Override
  public Coder<NoCheckpoint> getCheckpointMarkCoder() {
    return NoCheckpoint.CODER;
  }

  @Override
  public Coder<String> getOutputCoder() {
    return StringUtf8Coder.of();
  }
}
