package io.freshet.milvus;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.freshet.changes.Lease;
import io.freshet.changes.Outcome;
import io.freshet.testing.MilvusKind;
import io.freshet.testing.SharedMilvus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Writes that depend on the row that the collection holds. */
final class ConditionsIT {
  private static final String OLDER = "x\"] or user_id in [\"newer";
  private static final String OWN = "a\\b";
  private static final String NEWER = "newer";

  @RegisterExtension static final SharedMilvus MILVUS = new SharedMilvus();

  private final Lease lease = new Lease("attempt-1", Instant.now().plusSeconds(60));

  @ParameterizedTest
  @EnumSource
  void deleteOfACutCommitTakesOlderRowsOnly(MilvusKind kind) {
    MilvusTarget target = target(kind, "cut_delete");
    BatchWriter writer = writerOverThreeRows(target);

    List<Outcome> outcomes =
        writer.write(
            Updates.batch(
                Updates.deleteOfCut(lease, 0, OLDER),
                Updates.deleteOfCut(lease, 1, OWN),
                Updates.deleteOfCut(lease, 2, NEWER),
                Updates.deleteOfCut(lease, 3, "not there")));

    assertEquals(
        List.of(Updates.stillCurrent(lease, 1, 2), new Outcome.Deleted(lease, List.of(0, 3))),
        outcomes);
    try (Oracle oracle = new Oracle(target)) {
      assertEquals(Map.of(OWN, 7L, NEWER, 9L), oracle.versions());
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsLeftOfAKeyReplacesOnlyTheRowThatIsGone(MilvusKind kind) {
    MilvusTarget target = target(kind, "left");
    BatchWriter writer = writerOverThreeRows(target);

    // The rows that are there have the hashes 1000, 1001 and 1002.
    List<Outcome> outcomes =
        writer.write(
            Updates.batch(
                Updates.left(lease, 0, OLDER, 1000),
                Updates.left(lease, 1, OWN, 1001),
                Updates.left(lease, 2, NEWER, 1002),
                Updates.left(lease, 3, "not there", 1003)));

    assertEquals(
        List.of(Updates.stillCurrent(lease, 1, 2), new Outcome.Written(lease, List.of(0, 3))),
        outcomes);
    try (Oracle oracle = new Oracle(target)) {
      assertEquals(Map.of(OLDER, 7L, OWN, 7L, NEWER, 9L, "not there", 7L), oracle.versions());
    }
  }

  /** One row is older than commit 7, one of it, and one newer. */
  private BatchWriter writerOverThreeRows(MilvusTarget target) {
    new CollectionSetup(target).ensure(false, false);
    BatchWriter writer = new BatchWriter(target);
    List<Outcome> outcomes =
        writer.write(
            Updates.batch(
                Updates.of(6, Updates.upsert(lease, 0, OLDER, 1, 0, 0, 0)),
                Updates.upsert(lease, 1, OWN, 2, 0, 0, 0),
                Updates.of(9, Updates.upsert(lease, 2, NEWER, 3, 0, 0, 0))));
    assertEquals(List.of(new Outcome.Written(lease, List.of(0, 1, 2))), outcomes);
    return writer;
  }

  private static MilvusTarget target(MilvusKind kind, String collection) {
    return MilvusTarget.of(MILVUS.of(kind).uri(), collection, Updates.DIMENSION, "ledger-1");
  }
}
