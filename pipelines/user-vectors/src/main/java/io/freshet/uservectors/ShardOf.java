package io.freshet.uservectors;

import io.freshet.changes.Change;
import org.apache.beam.sdk.transforms.SerializableFunction;

/**
 * The shard in which a change is batched. A slice holds a key once, so that any shard will do: runs
 * of one batch's length go to one shard, which makes few and full batches, and outcomes that are
 * runs of numbers.
 */
record ShardOf(int batchSize, int shards) implements SerializableFunction<Change, Integer> {
  @Override
  public Integer apply(Change change) {
    return change.number() / batchSize % shards;
  }
}
