package io.freshet.delta;

import io.freshet.changes.FreshetException;
import io.freshet.delta.table.FollowedFiles;
import io.freshet.delta.table.TableLog;
import io.freshet.delta.table.TableLogs;
import io.freshet.ledger.Cursor;
import io.freshet.ledger.Ledger;
import io.freshet.ledger.LedgerAddress;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a ledger keeps of its table at a version: the live files, and of which versions the rows of
 * each are. It is no more than what the log says, and is left aside where the log says otherwise.
 */
public final class KeptTable {
  private static final Logger LOG = LoggerFactory.getLogger(KeptTable.class);

  /** Names this way of writing, and the rule by which files are dated. */
  private static final int RULE = 1;

  /** How far before the pipeline's beginning rows are dated, where the log reaches that far. */
  private static final long BEFORE_BEGINNING = 1_000;

  private final FollowedFiles files;
  private final FileDates dates;
  private final Cursor beginning;

  private KeptTable(FollowedFiles files, FileDates dates, Cursor beginning) {
    this.files = files;
    this.dates = dates;
    this.beginning = beginning;
  }

  /** What is known of a table: both at one version. */
  static KeptTable of(FollowedFiles files, FileDates dates, Cursor beginning) {
    return new KeptTable(files, dates, beginning);
  }

  /**
   * Opens the table's log. What the ledger keeps of it is read first, where this JVM knows nothing
   * yet.
   */
  static TableLog open(ChangeFeed feed) {
    recall(feed.ledger(), feed.tableUri());
    return TableLogs.open(feed.tableUri(), HadoopConf.of(feed));
  }

  /**
   * Reads what a ledger keeps of its table, so that whoever opens the table from now on in this JVM
   * need not read its log from the last checkpoint, or from the beginning. A ledger that cannot be
   * read now has kept nothing: this only saves time, and whoever needs the ledger says what is
   * wrong.
   */
  public static void recall(LedgerAddress ledger, String tableUri) {
    Configuration conf = ledger.configuration();
    if (FollowedFiles.isShared(tableUri, conf)) {
      return;
    }
    try {
      Ledger.at(ledger)
          .keptTables()
          .newest(Long.MAX_VALUE, content -> files(tableUri, conf, content))
          .ifPresent(FollowedFiles::share);
    } catch (FreshetException e) {
      if (e.category().stopsPipeline()) {
        throw e;
      }
      LOG.info("What is kept of {} cannot be read: {}", tableUri, e.getMessage());
    }
  }

  /**
   * Lets go of all that is kept of a table, in its ledger and in this JVM: a commit that was read
   * for it has changed.
   */
  public static void drop(LedgerAddress ledger, String tableUri) {
    Ledger.at(ledger).keptTables().drop();
    FollowedFiles.forget(tableUri, ledger.configuration());
  }

  private static Optional<FollowedFiles> files(
      String tableUri, Configuration conf, byte[] content) {
    return decode(
        content, in -> readBeginning(in).isEmpty() ? Optional.empty() : files(tableUri, conf, in));
  }

  /**
   * The newest that the ledger of a feed keeps.
   *
   * @param beginning where the pipeline began
   * @param atMost the last version that is of use
   */
  static Optional<KeptTable> newest(ChangeFeed feed, TableLog log, Cursor beginning, long atMost) {
    Configuration conf = HadoopConf.of(feed);
    return Ledger.at(feed.ledger())
        .keptTables()
        .newest(
            atMost,
            content ->
                decode(
                    content,
                    in -> {
                      Optional<Cursor> its = readBeginning(in);
                      if (!its.equals(Optional.of(beginning))) {
                        return Optional.empty();
                      }
                      Optional<FollowedFiles> files = files(feed.tableUri(), conf, in);
                      if (files.isEmpty()) {
                        return Optional.empty();
                      }
                      long version = files.get().version();
                      FileDates dates =
                          FileDates.read(
                              log, datedFrom(beginning), version, files.get().files(), in);
                      return Optional.of(new KeptTable(files.get(), dates, beginning));
                    }));
  }

  /** Where the dates of a pipeline's table begin. */
  static Cursor datedFrom(Cursor beginning) {
    return beginning.snapshot()
        ? beginning
        : Cursor.changesFrom(Math.max(0, beginning.position().version() - BEFORE_BEGINNING));
  }

  FollowedFiles files() {
    return files;
  }

  FileDates dates() {
    return dates;
  }

  /** Goes on to version {@code to}; after a failure this is of no use any more. */
  void advance(long to) {
    files.advance(to, dates::advance);
  }

  /** Writes this to the ledger. */
  void keep(Ledger ledger) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(new GZIPOutputStream(bytes)))) {
      out.writeInt(RULE);
      out.writeBoolean(beginning.snapshot());
      out.writeLong(beginning.position().version());
      files.write(out);
      dates.write(files.files(), out);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Nothing is written but memory.
    }
    ledger.keptTables().keep(files.version(), bytes.toByteArray());
  }

  private interface Decoder<T> {
    Optional<T> decode(DataInputStream in) throws IOException;
  }

  /** What is whole and cannot be decoded all the same was written by another version of Freshet. */
  private static <T> Optional<T> decode(byte[] content, Decoder<T> decoder) {
    try (DataInputStream in =
        new DataInputStream(
            new BufferedInputStream(new GZIPInputStream(new ByteArrayInputStream(content))))) {
      return decoder.decode(in);
    } catch (IOException e) {
      LOG.info("What the ledger keeps of its table is not understood: {}", e.toString());
      return Optional.empty();
    }
  }

  private static Optional<Cursor> readBeginning(DataInputStream in) throws IOException {
    if (in.readInt() != RULE) {
      return Optional.empty();
    }
    boolean snapshot = in.readBoolean();
    long version = in.readLong();
    return Optional.of(snapshot ? Cursor.snapshotAt(version) : Cursor.changesFrom(version));
  }

  private static Optional<FollowedFiles> files(
      String tableUri, Configuration conf, DataInputStream in) throws IOException {
    return FollowedFiles.read(tableUri, conf, in).filter(FollowedFiles::isOfTheTable);
  }
}
