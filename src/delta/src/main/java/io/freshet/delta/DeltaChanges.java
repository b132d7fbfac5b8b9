package io.freshet.delta;

import io.freshet.changes.Change;
import io.freshet.changes.ChangeCoder;
import io.freshet.changes.FreshetException;
import io.freshet.delta.table.TableInfo;
import io.freshet.ledger.Writers;
import java.util.List;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;

/**
 * Follows a table's change data feed: the newest change of each key, slice by slice. A slice is
 * handed out when everything before it has its outcome in the ledger, so whoever consumes this must
 * record an outcome for each change with {@link io.freshet.ledger.OutcomeRecorder}; without
 * outcomes nothing follows the first slice.
 *
 * <p>What fails does not throw: it is retried, or the ledger tells the driver to stop ({@link
 * io.freshet.ledger.Ownership#requireHeld()}).
 */
public final class DeltaChanges extends PTransform<PBegin, PCollection<Change>> {
  private final ChangeFeed feed;
  private final String generation;
  private final Schema schema;
  private final Writers writers;

  private DeltaChanges(ChangeFeed feed, String generation, Schema schema, Writers writers) {
    this.feed = feed;
    this.generation = generation;
    this.schema = schema;
    this.writers = writers;
  }

  /**
   * The changes of a feed.
   *
   * @param generation that of the {@link io.freshet.ledger.Ownership} under which it runs
   * @param schema the schema of {@link ChangeFeed#columns()}
   */
  public static DeltaChanges of(ChangeFeed feed, String generation, Schema schema) {
    return new DeltaChanges(feed, generation, schema, Writers.OTHERS_TOO);
  }

  /**
   * The same where it is known who writes the changes: if that is the process that reads them
   * alone, nobody waits for its lease when it is gone.
   */
  public DeltaChanges withWriters(Writers who) {
    return new DeltaChanges(feed, generation, schema, who);
  }

  /**
   * The schema of the rows of a feed's changes, in which whole numbers are {@code INT64}.
   *
   * @throws io.freshet.changes.FreshetException {@code SCHEMA} if the table lacks a column, or has
   *     one in a type that cannot be read, cannot be a key or has no order where one is needed
   */
  public static Schema schemaOf(ChangeFeed feed, TableInfo table) {
    Schema schema = table.schema().projectWide(feed.columns());
    // In the words of the table.
    KeyText.requireKeyType(table.schema().project(List.of(feed.keyColumn())).getField(0));
    RowOrder.requireOrderTypes(feed, table.schema());
    return schema;
  }

  /**
   * Whether rows of a table can no longer be read as {@code schema}, but as its latest version has
   * them: types of columns in use were changed, and who starts again goes on.
   */
  public static boolean mustBeReadAnew(ChangeFeed feed, Schema schema, TableInfo latest) {
    try {
      schemaOf(feed, latest);
    } catch (FreshetException e) {
      return false;
    }
    try {
      schema.getFields().forEach(latest.schema()::bind);
      return !schema.getFields().stream().allMatch(latest.schema()::isAlike);
    } catch (FreshetException e) {
      return true;
    }
  }

  @Override
  public PCollection<Change> expand(PBegin input) {
    return input
        .apply("DeltaSlices", Read.from(new SliceSource(feed, generation, schema)))
        .apply("ReadChanges", ParDo.of(new ReadChangesFn(feed, schema, writers)))
        .setCoder(ChangeCoder.of(schema));
  }
}
