package io.freshet.uservectors.verify;

import io.freshet.changes.VectorUpdate;
import io.freshet.milvus.StoredRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** Embeds rows of the table again, in batches, and compares the vectors with the stored ones. */
final class VectorCheck {
  /** Of the length of the vector: models that run elsewhere add in another order. */
  static final double TOLERANCE = 1e-4;

  private final Embedding embedding;
  private final int batchSize;
  private final Consumer<Difference> differences;
  private final List<StoredRow> stored = new ArrayList<>();
  private final List<TableRow> rows = new ArrayList<>();

  VectorCheck(Embedding embedding, int batchSize, Consumer<Difference> differences) {
    this.embedding = embedding;
    this.batchSize = batchSize;
    this.differences = differences;
  }

  void add(StoredRow found, TableRow row) {
    stored.add(found);
    rows.add(row);
    if (rows.size() >= batchSize) {
      finish();
    }
  }

  /** Compares what has been added since the last time. */
  void finish() {
    if (rows.isEmpty()) {
      return;
    }
    List<Embedding.Item> items = new ArrayList<>(rows.size());
    for (int i = 0; i < rows.size(); i++) {
      items.add(new Embedding.Item(stored.get(i).key(), 0, rows.get(i).row()));
    }
    for (VectorUpdate update : embedding.embed(items)) {
      int i = update.change().number();
      float[] found = stored.get(i).vector();
      double distance = distance(update.vector(), found);
      if (!(distance <= TOLERANCE)) {
        differences.accept(
            new Difference(
                Verdict.VECTOR,
                stored.get(i).key(),
                Optional.of(stored.get(i)),
                Optional.of(rows.get(i)),
                String.format(
                    Locale.ROOT, "off by %.4g of the length of the row's vector", distance)));
      }
    }
    stored.clear();
    rows.clear();
  }

  /** The distance of two vectors, as a part of the length of the first. */
  static double distance(float[] expected, float[] found) {
    double squares = 0;
    double length = 0;
    for (int i = 0; i < expected.length; i++) {
      double off = (double) expected[i] - found[i];
      squares += off * off;
      length += (double) expected[i] * expected[i];
    }
    return Math.sqrt(squares) / (length == 0 ? 1 : Math.sqrt(length));
  }
}
