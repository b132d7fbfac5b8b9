package io.freshet.uservectors.verify;

import io.freshet.changes.Change;
import io.freshet.changes.ChangeType;
import io.freshet.changes.FreshetException;
import io.freshet.changes.Lease;
import io.freshet.changes.Outcome;
import io.freshet.changes.Position;
import io.freshet.changes.Time;
import io.freshet.changes.VectorBatch;
import io.freshet.changes.VectorUpdate;
import io.freshet.embedding.BatchEmbedder;
import io.freshet.embedding.EmbeddingSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/** Makes vectors of rows of the table, as the pipeline does. */
final class Embedding {
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final String NOBODY = "verify";

  private final BatchEmbedder embedder;

  /**
   * A row that shall have a vector.
   *
   * @param version the version that it is written with
   */
  record Item(String key, long version, Row row) {
    Change change(int number, Lease lease) {
      return new Change(
          lease,
          number,
          Position.startOf(version),
          ChangeType.INSERT,
          Change.NO_COMMIT,
          Optional.empty(),
          Optional.of(key),
          row);
    }
  }

  Embedding(EmbeddingSpec spec, Schema schema) {
    this.embedder = BatchEmbedder.of(spec, schema);
  }

  /**
   * The rows with their vectors; the number of a change is the item's index. A row that gives no
   * vector is left out.
   *
   * @throws FreshetException if the model cannot answer
   */
  List<VectorUpdate> embed(List<Item> items) {
    Lease lease = Lease.begin(NOBODY, LIMIT, Time.SYSTEM);
    List<Change> changes = new ArrayList<>(items.size());
    for (Item item : items) {
      changes.add(item.change(changes.size(), lease));
    }
    VectorBatch embedded = embedder.embed(changes);
    for (Outcome outcome : embedded.outcomes()) {
      if (outcome instanceof Outcome.Abandoned abandoned) {
        throw new FreshetException(abandoned.category(), abandoned.detail());
      }
    }
    return embedded.updates();
  }
}
