package io.freshet.uservectors.verify;

import io.freshet.changes.ChangeType;
import io.freshet.delta.ChangeFeed;
import io.freshet.delta.RowDate;
import io.freshet.delta.TableRows;
import io.freshet.embedding.EmbeddingInput;
import io.freshet.embedding.RowInput;
import io.freshet.embedding.RowInputs;
import io.freshet.milvus.CollectionReader;
import io.freshet.milvus.StoredRow;
import io.freshet.uservectors.KeyCheck;
import io.freshet.uservectors.UserVectorsConfig;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/**
 * Compares table and collection once. Both are spread over temporary files by their keys, then
 * compared file by file, so that memory holds a 256th of the keys.
 */
final class Look {
  private static final int MOST_TWICE = 10_000;
  private static final byte CHANGED = 0;
  private static final byte LIVE = 1;

  private final UserVectorsConfig config;
  private final Runnable sameTable;
  private final Schema schema;
  private final TableRows table;
  private final CollectionReader collection;
  private final Embedding embedding;
  private final boolean withVectors;
  private final boolean mends;
  private final RowInputs inputs;
  private final KeyCheck storable;
  private final RowAges ages;
  private final TableRowCoder rowCoder;

  /** Rows that the look under way has found to be such. */
  private UnusableRows unusable = new UnusableRows();

  /**
   * A look.
   *
   * @param sameTable throws unless the table that is meant is there; asked after its reading, since
   *     what stood at the path meanwhile is not known else
   * @param withRows whether what it finds is mended by rows of the table
   */
  Look(
      UserVectorsConfig config,
      Runnable sameTable,
      Schema schema,
      TableRows table,
      CollectionReader collection,
      boolean withVectors,
      boolean withRows) {
    this.config = config;
    this.sameTable = sameTable;
    this.schema = schema;
    this.table = table;
    this.collection = collection;
    this.embedding = new Embedding(config.embedding(), schema);
    this.withVectors = withVectors;
    this.mends = withRows;
    this.inputs = RowInputs.of(config.embedding(), schema);
    this.storable = new KeyCheck(config.milvus().maxKeyBytes());
    boolean withColumns = withVectors || withRows || table.order().column().isPresent();
    this.ages = RowAges.of(config.feed(), withColumns);
    this.rowCoder = new TableRowCoder(schema, withColumns);
  }

  /**
   * Compares.
   *
   * @param reach the last version that anything can have been written of; asked for when the
   *     collection has been read
   * @param only the keys to compare; all if empty
   * @param differences takes the differences of one part of the keys at a time
   */
  Totals take(
      Rules rules,
      LongSupplier reach,
      Optional<Set<String>> only,
      Consumer<List<Difference>> differences)
      throws InterruptedException {
    Totals totals = new Totals();
    unusable = new UnusableRows();
    try (TempFolder folder = new TempFolder()) {
      try (Partitions rows = new Partitions(folder.path(), "table")) {
        readTable(rules.done(), only, rows, totals);
        rows.finish();
        sameTable.run();
        if (mends) {
          unusable.requireFew(config.feed().limits());
        }
        try (Partitions stored = new Partitions(folder.path(), "collection")) {
          readCollection(only, stored, totals);
          stored.finish();
          Set<String> twice = twice(only, totals);
          Rules all = rules.upTo(reach.getAsLong());
          for (int partition = 0; partition < Partitions.COUNT; partition++) {
            differences.accept(compare(all, rows, stored, partition, twice, totals));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return totals;
  }

  private void readTable(long version, Optional<Set<String>> only, Partitions rows, Totals totals)
      throws InterruptedException {
    ChangeFeed feed = config.feed();
    table.read(
        version,
        new TableRows.Sink() {
          @Override
          public void changed(String key, Object[] values, ChangeType type, RowDate date) {
            if (isWanted(key)) {
              write(CHANGED, key, values, date, feed.changeTypes().contains(type));
            }
          }

          @Override
          public void live(String key, Object[] values, RowDate date) {
            if (storable.reasonToSkip(Optional.of(key)).isPresent()) {
              totals.addUnstorable();
              unusable.addUnusable("a key that is empty, too long or no text");
            } else if (isWanted(key)) {
              // Most likely an insert; if it was an update, a change file says so.
              write(LIVE, key, values, date, true);
            }
          }

          private boolean isWanted(String key) {
            return only.isEmpty() || only.get().contains(key);
          }

          private void write(
              byte kind, String key, Object[] values, RowDate date, boolean followed) {
            Row row = Row.withSchema(schema).attachValues(values);
            RowInput input = inputs.of(row);
            if (kind == LIVE) {
              count(input);
            }
            OptionalLong hash =
                input instanceof EmbeddingInput usable
                    ? OptionalLong.of(usable.rowHash())
                    : OptionalLong.empty();
            try {
              DataOutputStream out = rows.writer(key);
              out.writeByte(kind);
              TableRowCoder.encodeText(key, out);
              rowCoder.encode(new TableRow(hash, date, followed, row), out);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        });
  }

  private void count(RowInput input) {
    if (input instanceof RowInput.Unusable bad) {
      unusable.addUnusable(bad.detail());
    } else {
      unusable.addUsable();
    }
  }

  private void readCollection(Optional<Set<String>> only, Partitions stored, Totals totals) {
    Consumer<StoredRow> sink =
        row -> {
          totals.addStoredRow();
          try {
            StoredRowCoder.encode(row, stored.writer(row.key()));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };
    if (only.isPresent()) {
      collection.rows(only.get(), withVectors).forEach(sink);
    } else {
      collection.scan(withVectors, sink);
    }
  }

  /** Keys of several rows; no page shows more than one of them, but the count does. */
  private Set<String> twice(Optional<Set<String>> only, Totals totals) {
    if (only.isPresent() || collection.count() <= totals.storedRows()) {
      return Set.of();
    }
    return new HashSet<>(collection.repeatedKeys(MOST_TWICE));
  }

  private List<Difference> compare(
      Rules rules,
      Partitions rows,
      Partitions stored,
      int partition,
      Set<String> twice,
      Totals totals)
      throws IOException {
    List<Difference> found = new ArrayList<>();
    Consumer<Difference> differ =
        difference -> {
          totals.add(difference.verdict());
          found.add(difference);
        };
    VectorCheck vectors = new VectorCheck(embedding, config.batchSize(), differ);
    states(rows, stored, partition)
        .forEach(
            (key, state) -> {
              if (state.isInTable()) {
                totals.addTableKey();
              }
              Verdict verdict = state.verdict(rules);
              if (verdict == Verdict.EQUAL && twice.contains(key)) {
                verdict = Verdict.TWICE;
              }
              if (verdict.isDifference()) {
                differ.accept(
                    new Difference(verdict, key, state.stored(), state.wanted(rules), ""));
              } else if (verdict == Verdict.EQUAL && withVectors) {
                vectors.add(state.stored().orElseThrow(), state.wanted(rules).orElseThrow());
              } else {
                totals.add(verdict);
              }
            });
    vectors.finish();
    return found;
  }

  private Map<String, KeyState> states(Partitions rows, Partitions stored, int partition)
      throws IOException {
    Map<String, KeyState> states = new HashMap<>();
    try (DataInputStream in = stored.read(partition)) {
      while (hasMore(in)) {
        StoredRow row = StoredRowCoder.decode(in);
        states.put(row.key(), new KeyState(ages, Optional.of(row)));
      }
    }
    try (DataInputStream in = rows.read(partition)) {
      while (hasMore(in)) {
        byte kind = in.readByte();
        String key = TableRowCoder.decodeText(in);
        TableRow row = rowCoder.decode(in);
        KeyState state = states.computeIfAbsent(key, k -> new KeyState(ages, Optional.empty()));
        if (kind == CHANGED) {
          state.addChanged(row);
        } else {
          state.addLive(row);
        }
      }
    }
    return states;
  }

  private static boolean hasMore(DataInputStream in) throws IOException {
    in.mark(1);
    if (in.read() < 0) {
      return false;
    }
    in.reset();
    return true;
  }
}
