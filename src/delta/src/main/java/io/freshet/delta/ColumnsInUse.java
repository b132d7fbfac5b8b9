package io.freshet.delta;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.delta.table.TableSchema;
import java.util.Optional;
import org.apache.beam.sdk.schemas.Schema;

/**
 * The columns that a feed carries, in the versions of its table. Which column a name stands for may
 * change from one commit to the next: it is dropped and added again, or given another name.
 */
final class ColumnsInUse {
  private final ChangeFeed feed;
  private final Optional<Schema> read;

  /**
   * The columns of a feed.
   *
   * @param read what rows are read as, if that is known: with what identifies each column
   */
  ColumnsInUse(ChangeFeed feed, Optional<Schema> read) {
    this.feed = feed;
    this.read = read;
  }

  /** Whether a version has them all by their names. */
  boolean areAllIn(TableSchema schema) {
    return feed.columns().stream().allMatch(schema::has);
  }

  /** Whether a version has the key, by whatever name. */
  boolean hasKey(TableSchema schema) {
    return schema.has(feed.keyColumn())
        || read.map(columns -> schema.has(columns.getField(feed.keyColumn()))).orElse(false);
  }

  /** Whether the key is the same column in two versions. */
  boolean isKeySame(TableSchema one, TableSchema other) {
    return one.identity(feed.keyColumn()).equals(other.identity(feed.keyColumn()));
  }

  /** Whether the column that now is the key was there before, under whatever name. */
  boolean wasKeyThere(TableSchema before, TableSchema now) {
    return now.identity(feed.keyColumn()).flatMap(before::nameOf).isPresent();
  }

  /**
   * Whether each name stands for the same column in two versions that have them all, and its values
   * have the same texts.
   */
  boolean areSame(TableSchema one, TableSchema other) {
    return feed.columns().stream()
        .allMatch(
            column ->
                one.identity(column).equals(other.identity(column)) && one.isAlike(other, column));
  }

  /**
   * Says which column a version lacks, and what became of it.
   *
   * @param before the columns of the version before, if they are known
   */
  FreshetException missing(long version, TableSchema schema, Optional<TableSchema> before) {
    String column =
        feed.columns().stream().filter(name -> !schema.has(name)).findFirst().orElseThrow();
    Optional<String> renamed =
        before.flatMap(known -> known.identity(column)).flatMap(schema::nameOf);
    String what =
        renamed.isPresent()
            ? "gave column '%s' the name '%s'".formatted(column, renamed.get())
            : "has no column '%s' any more; its columns are %s"
                .formatted(column, String.join(", ", schema.schema().getFieldNames()));
    return new FreshetException(
        FailureCategory.SCHEMA,
        "Version %d of %s %s. All before it is done. Give the column its name back and start again, or start with options that fit the table as it is, a new --ledger and --startingVersion=snapshot"
            .formatted(version, feed.tableUri(), what));
  }
}
