package io.freshet.delta;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.delta.table.TableSchema;
import java.util.Optional;

/**
 * The columns that a feed carries, in the versions of its table. Which column a name stands for may
 * change from one commit to the next: it is dropped and added again, or given another name.
 */
final class ColumnsInUse {
  private final ChangeFeed feed;

  ColumnsInUse(ChangeFeed feed) {
    this.feed = feed;
  }

  /** Whether a version has them all. */
  boolean areAllIn(TableSchema schema) {
    return feed.columns().stream().allMatch(schema::has);
  }

  /** Whether a version has the key. */
  boolean hasKey(TableSchema schema) {
    return schema.has(feed.keyColumn());
  }

  /** Whether the key is the same column in two versions. */
  boolean isKeySame(TableSchema one, TableSchema other) {
    return one.identity(feed.keyColumn()).equals(other.identity(feed.keyColumn()));
  }

  /** Whether the column that now is the key was there before, under whatever name. */
  boolean wasKeyThere(TableSchema before, TableSchema now) {
    return now.identity(feed.keyColumn()).flatMap(before::nameOf).isPresent();
  }

  /** Whether each name stands for the same column in two versions that have them all. */
  boolean areSame(TableSchema one, TableSchema other) {
    return feed.columns().stream()
        .allMatch(column -> one.identity(column).equals(other.identity(column)));
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
        "Version %d of %s %s. All before it is done. Give the column its name back and start again, or start with options that do without it, a new --ledger and --startingVersion=snapshot"
            .formatted(version, feed.tableUri(), what));
  }
}
