package io.freshet.uservectors.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.Lease;
import io.freshet.changes.Outcome;
import io.freshet.changes.SkipReason;
import io.freshet.changes.Time;
import io.freshet.changes.VectorBatch;
import io.freshet.changes.VectorUpdate;
import io.freshet.embedding.EmbeddingSpec;
import io.freshet.ledger.Cursor;
import io.freshet.ledger.Ledger;
import io.freshet.ledger.LedgerAddress;
import io.freshet.ledger.Mending;
import io.freshet.ledger.OutcomeTotals;
import io.freshet.ledger.Ownership;
import io.freshet.milvus.StoredRow;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.beam.sdk.schemas.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RepairTest {
  private static final Schema SCHEMA = Schema.builder().addNullableStringField("country").build();

  @TempDir private Path folder;
  private final ManualTime time = new ManualTime();

  @Test
  void whatIsRefusedIsCountedAsRefused() throws InterruptedException {
    List<VectorBatch> written = new ArrayList<>();
    Ledger ledger = Ledger.at(new LedgerAddress(folder.toUri().toString(), Map.of()));
    ledger.start(Cursor.changesFrom(8));
    try (Ownership ownership = ledger.takeOwnership();
        Mending mending = ownership.mending(Repair.LEASE)) {
      Repair repair =
          new Repair(
              mending,
              batch -> {
                written.add(batch);
                return refusing("odd", batch);
              },
              new Embedding(new EmbeddingSpec("hash", 4, "{country}", ""), SCHEMA),
              SCHEMA,
              7,
              10,
              Set.of(),
              time);
      repair.mend(Stream.of("a", "odd", "b").map(RepairTest::extra).toList());
      assertEquals(new OutcomeTotals(0, 2, Map.of()), repair.totals());
      long refused = time.nanos();

      repair.finish();

      assertEquals(new OutcomeTotals(0, 2, Map.of("refused", 1L)), repair.totals());
      assertTrue(time.since(refused).compareTo(Duration.ofSeconds(10)) >= 0);
      assertEquals(2, written.size());
      assertTrue(written.get(1).updates().get(0).change().suspected());
      assertFalse(written.get(0).updates().get(0).change().suspected());
    }
  }

  private static List<Outcome> refusing(String bad, VectorBatch batch) {
    List<Outcome> outcomes = new ArrayList<>();
    for (VectorUpdate update : batch.updates()) {
      Lease lease = update.change().lease();
      List<Integer> number = List.of(update.change().number());
      if (!update.change().key().equals(Optional.of(bad))) {
        outcomes.add(new Outcome.Deleted(lease, number));
      } else if (update.change().suspected()) {
        outcomes.add(new Outcome.Skipped(lease, number, SkipReason.REFUSED, "bad"));
      } else {
        outcomes.add(new Outcome.Abandoned(lease, number, FailureCategory.ROW_REFUSED, "bad"));
      }
    }
    return outcomes;
  }

  private static Difference extra(String key) {
    StoredRow stored = new StoredRow(key, 5, 1, new float[0]);
    return new Difference(Verdict.EXTRA, key, Optional.of(stored), Optional.empty(), "");
  }

  /** Passes only when somebody sleeps. */
  private static final class ManualTime implements Time {
    private long nanos;

    @Override
    public Clock clock() {
      return Clock.systemUTC();
    }

    @Override
    public long nanos() {
      return nanos;
    }

    @Override
    public void sleep(Duration pause) {
      nanos += pause.toNanos();
    }
  }
}
