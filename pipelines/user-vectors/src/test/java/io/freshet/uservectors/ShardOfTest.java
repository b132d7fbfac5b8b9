package io.freshet.uservectors;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.freshet.changes.Change;
import io.freshet.changes.ChangeType;
import io.freshet.changes.Lease;
import io.freshet.changes.Position;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

final class ShardOfTest {
  @Test
  void runsOfABatchGoToOneShardEachInTurn() {
    assertEquals(List.of(0, 0, 0, 1, 1, 1, 0, 0, 0, 1), shards(new ShardOf(3, 2), 10));
  }

  @Test
  void sliceSmallerThanABatchIsOneBatch() {
    assertEquals(List.of(0, 0, 0, 0), shards(new ShardOf(1000, 4), 4));
  }

  @Test
  void batchesOfOneGoRound() {
    assertEquals(List.of(0, 1, 2, 0, 1), shards(new ShardOf(1, 3), 5));
  }

  private static List<Integer> shards(ShardOf shardOf, int changes) {
    return IntStream.range(0, changes).mapToObj(number -> shardOf.apply(change(number))).toList();
  }

  private static Change change(int number) {
    return new Change(
        new Lease("attempt", Instant.EPOCH),
        number,
        Position.startOf(0),
        ChangeType.INSERT,
        Instant.EPOCH,
        Optional.empty(),
        Optional.of("u" + number),
        Row.withSchema(Schema.of()).build());
  }
}
