package io.freshet.milvus;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.freshet.changes.Lease;
import io.freshet.changes.Outcome;
import io.freshet.changes.OutcomeCoder;
import io.freshet.changes.SkipReason;
import io.freshet.changes.VectorBatch;
import io.freshet.changes.VectorBatchCoder;
import io.freshet.testing.MilvusKind;
import io.freshet.testing.MilvusServer;
import io.freshet.testing.SharedMilvus;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class WriteToMilvusIT {
  @RegisterExtension static final SharedMilvus MILVUS = new SharedMilvus();

  @ParameterizedTest
  @EnumSource
  void batchesBecomeRowsAndOutcomes(MilvusKind kind) {
    MilvusServer milvus = MILVUS.of(kind);
    Lease lease = new Lease("attempt-1", Instant.now().plusSeconds(60));
    VectorBatch first = Updates.upserts(lease, "user", 2);
    Outcome skipped = new Outcome.Skipped(lease, List.of(3), SkipReason.BAD_VECTOR, "a NaN");
    VectorBatch second =
        new VectorBatch(List.of(Updates.delete(lease, 2, "user9")), List.of(skipped));
    Pipeline pipeline = Pipeline.create();

    MilvusTarget target = MilvusTarget.of(milvus.uri(), "user_vectors", 4, "ledger-1");
    CollectionSetup setup = new CollectionSetup(target);
    setup.ensure(false, false);
    setup.keepLoaded();
    PCollection<VectorBatch> batches =
        pipeline.apply(Create.of(first, second).withCoder(VectorBatchCoder.of(Updates.SCHEMA)));
    PCollection<Outcome> outcomes = batches.apply(WriteToMilvus.to(target));

    assertEquals(OutcomeCoder.of(), outcomes.getCoder());
    PAssert.that(outcomes)
        .satisfies(
            found -> {
              Set<Outcome> set = new HashSet<>();
              found.forEach(set::add);
              assertEquals(
                  Set.of(
                      new Outcome.Written(lease, List.of(0, 1)),
                      new Outcome.Deleted(lease, List.of(2)),
                      new Outcome.Skipped(lease, List.of(3), SkipReason.BAD_VECTOR, "a NaN")),
                  set);
              return null;
            });
    pipeline.run().waitUntilFinish();
    try (Oracle oracle = new Oracle(target)) {
      assertEquals(Map.of("user0", 7L, "user1", 7L), oracle.versions());
    }
  }
}
