package io.freshet.delta.table;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.ledger.ReadCommit;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The log of one Delta table. Opened by {@link TableLogs}. Not safe for use by several threads at
 * once.
 *
 * <p>Every method throws a {@link FreshetException}: {@link FailureCategory#STORAGE_UNAVAILABLE} if
 * the log cannot be read now, {@link FailureCategory#TABLE_UNSUPPORTED} if the table uses what this
 * reader does not know.
 */
public interface TableLog {
  /** The table at its latest version. */
  TableInfo info();

  /**
   * The table at {@code version}. Throws {@link FailureCategory#HISTORY_LOST} if that version can
   * no longer be rebuilt, and {@link FailureCategory#OPTION} if it is not there yet.
   */
  TableInfo infoAt(long version);

  /**
   * What {@code version} changed, or empty if there is no such commit yet, or one whose file is
   * empty or cut off and has not held still for a second. Made for following: for consecutive
   * versions, finding nothing costs one request for one file (and three the first time, then every
   * 30 s), and a new commit costs two requests and the reading of its file.
   *
   * <p>Throws {@link FailureCategory#HISTORY_LOST} if the commit was cleaned away or is missing
   * amid others, {@link FailureCategory#FEED_OFF} if the change data feed was off, and {@link
   * FailureCategory#TABLE_UNSUPPORTED} if the commit holds changes that cannot be read.
   */
  Optional<Commit> commit(long version);

  /**
   * Whether {@link #commit} would find one, without reading it. Throws {@link
   * FailureCategory#HISTORY_LOST} as that does.
   */
  boolean hasCommit(long version);

  /**
   * When {@code version} was committed, as {@link Commit#timestamp()} has it. Throws {@link
   * FailureCategory#HISTORY_LOST} if the commit is not there.
   */
  Instant timestamp(long version);

  /**
   * Which files {@code version} added and removed, its compactions among them; unlike {@link
   * #commit} this does not ask whether the feed was on. Throws {@link FailureCategory#HISTORY_LOST}
   * if the commit is not there.
   */
  FileChanges fileChanges(long version);

  /**
   * The files of the rows that {@code version} changed, as {@link Commit#units} has them, but for
   * what partition a removed file was of. Whether the table can be rebuilt there does not matter;
   * none if the commit was cleaned away: its files may live on.
   */
  List<DataUnit> units(long version);

  /**
   * A digest of what the file of a commit holds now, by which a commit is told from the one that
   * another table has in its place; empty if there is no such file. Nothing of it is kept.
   */
  Optional<String> digest(long version);

  /**
   * What has become of a commit since it was read: by its file's length and time, and where these
   * differ, by its content. Costs one request, or two.
   */
  CommitChange changeOf(ReadCommit read);

  /**
   * The same, but by the content wherever the file's time is of whole seconds, as some storage has
   * it: another writer of that second may have written as many bytes.
   */
  CommitChange contentChangeOf(ReadCommit read);

  /** The id of the table that is there now: what was known of the log counts no more. */
  String idNow();

  /**
   * Drops all that is kept in this JVM of the table at this address, by whomever it was read: it
   * may be another one's.
   */
  void forget();

  /**
   * What the table's columns were before {@code version}; empty for the first version.
   *
   * @throws FreshetException HISTORY_LOST if that can no longer be told
   */
  Optional<Columns> columnsBefore(long version);

  /**
   * A table's columns.
   *
   * @param since the first version that they are known to be those of
   */
  record Columns(long since, TableSchema schema) {}

  /** The oldest version from which on all commits are there and the table can be rebuilt. */
  long oldestVersion();

  /**
   * The oldest version from which on, up to {@code last}, all commits are there, the table can be
   * rebuilt and the change data feed is on. Reads each of these commits. Throws {@link
   * FailureCategory#FEED_OFF} if the feed is off at {@code last}.
   */
  long oldestVersionWithFeed(long last);

  /** The files of the table at {@code version}. Throws as {@link #infoAt} does. */
  TableSnapshot snapshot(long version);
}
