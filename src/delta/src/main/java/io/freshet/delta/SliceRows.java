package io.freshet.delta;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.Position;
import io.freshet.changes.SkipReason;
import io.freshet.changes.Slice;
import io.freshet.delta.table.DataUnit;
import io.freshet.delta.table.TableLog;
import io.freshet.delta.table.UnitReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.beam.sdk.schemas.Schema;

/** Reads the rows of a slice, several files at once, and finds what shall become of each key. */
final class SliceRows {
  /** What reading a slice comes to. */
  sealed interface Reading {}

  /**
   * The rows do not fit in memory together.
   *
   * @param rowsThatFit how many of the first rows do, at least one
   */
  record TooBig(long rowsThatFit) implements Reading {}

  /**
   * What a slice holds.
   *
   * @param rows all rows of the feed
   * @param skipped rows that have their outcome already, by reason
   * @param changes what shall become of each key: the change's number is its index
   * @param newestCommit commit time of the last commit
   * @param rowsThatFit how many rows of the weight that these have on average fit in memory
   */
  record Read(
      long rows,
      Map<SkipReason, Long> skipped,
      List<KeyChange> changes,
      Instant newestCommit,
      long rowsThatFit)
      implements Reading {}

  /**
   * The rows of a slice take this part of the heap: the next one's files are decoded beside them,
   * and what comes of them is encoded, by a runner in one piece.
   */
  private static final int PART_OF_HEAP = 8;

  private record Part(DataUnit unit, Position from, long toRow, Instant commitTimestamp) {}

  private final ChangeFeed feed;
  private final Schema schema;
  private final TableUnits units;
  private final UnitReader reader;
  private final Decoders decoders;
  private final KeyLookup lookup;
  private final long mostBytes;

  SliceRows(ChangeFeed feed, Schema schema, Supplier<TableLog> opener, Decoders decoders) {
    this.feed = feed;
    this.schema = schema;
    this.units = new TableUnits(opener, feed, Optional.of(schema));
    this.reader = new UnitReader(HadoopConf.of(feed));
    this.decoders = decoders;
    this.lookup = new KeyLookup(feed, schema, units, reader, decoders);
    this.mostBytes =
        Math.min(feed.maxSliceBytes(), Runtime.getRuntime().maxMemory() / PART_OF_HEAP);
  }

  /** Reads a slice if its rows fit in the memory that there is for them. */
  Reading readIfItFits(Slice slice) throws InterruptedException {
    return read(slice, mostBytes);
  }

  /** Reads a slice whatever its rows weigh. */
  Read read(Slice slice) throws InterruptedException {
    return (Read) read(slice, Long.MAX_VALUE);
  }

  private Reading read(Slice slice, long most) throws InterruptedException {
    Instant newestCommit = Instant.EPOCH;
    boolean rebinds = false;
    List<Part> parts = new ArrayList<>();
    for (long version = slice.from().version(); version <= slice.lastVersion(); version++) {
      TableUnits.Version files = version(slice.snapshot(), version);
      units.requireKey(files);
      rebinds |= files.rebinds();
      newestCommit = files.timestamp().isAfter(newestCommit) ? files.timestamp() : newestCommit;
      addParts(parts, files, slice);
    }
    RowOrder order = RowOrder.of(feed);
    RowsByKey byKey = new RowsByKey(feed.columns().indexOf(feed.keyColumn()), order);
    SkippedRows skipped = new SkippedRows();
    WeighedRows weighed = new WeighedRows(feed, byKey, skipped, most);
    AtomicLong ahead = new AtomicLong();
    try {
      decoders.inOrder(
          parts,
          part -> part.unit().bytes(),
          mostBytes,
          part -> decode(part, new DecodedAhead(ahead, mostBytes)),
          decoded -> take(decoded, weighed));
    } catch (WeighedRows.FullException e) {
      return new TooBig(weighed.rows());
    }
    if (!slice.from().isStartOfVersion()
        && (order.column().isPresent() || byKey.hasGoneOf(slice.from().version()))) {
      meetRowsBeforeTheCut(slice, order, byKey);
    }
    List<KeyChange> changes = new KeyChanges(feed, slice, lookup, rebinds).of(byKey, skipped);
    // What is counted neither as a change nor with a reason of its own gave way to a newer row.
    skipped.add(SkipReason.SUPERSEDED, weighed.rows() - changes.size() - skipped.total());
    return new Read(
        weighed.rows(), skipped.byReason(), changes, newestCommit, rowsThatFit(weighed));
  }

  private long rowsThatFit(WeighedRows read) {
    return Math.max(
        1, (long) ((double) mostBytes / Math.max(1, read.bytes()) * Math.max(1, read.rows())));
  }

  /** What is read, for those who must know of which commits it was. */
  TableUnits units() {
    return units;
  }

  /** Drops all that is known of the table: it may be another one's. */
  void forget() {
    units.forget();
    lookup.forget();
  }

  private TableUnits.Version version(boolean snapshot, long version) {
    if (snapshot) {
      return units.snapshot(version);
    }
    Optional<TableUnits.Version> commit = units.commit(version);
    return commit.orElseThrow(
        () ->
            new FreshetException(
                FailureCategory.STORAGE_UNAVAILABLE,
                "Version " + version + " of " + feed.tableUri() + " is not visible here yet"));
  }

  private static void addParts(List<Part> parts, TableUnits.Version files, Slice slice) {
    for (int unit = 0; unit < files.units().size(); unit++) {
      Position start = new Position(files.version(), unit, 0);
      Position next = new Position(files.version(), unit + 1, 0);
      if (next.compareTo(slice.from()) <= 0 || start.compareTo(slice.to()) >= 0) {
        continue;
      }
      Position from = start.compareTo(slice.from()) < 0 ? slice.from() : start;
      boolean cut = slice.to().version() == files.version() && slice.to().unit() == unit;
      long toRow = cut ? slice.to().row() : Long.MAX_VALUE;
      if (toRow > from.row()) {
        parts.add(new Part(files.units().get(unit), from, toRow, files.timestamp()));
      }
    }
  }

  /** What of a part is decoded ahead, and where the rest begins, if there is one. */
  private record Decoded(Part part, DecodedAhead rows, OptionalLong rest) {}

  private Decoded decode(Part part, DecodedAhead rows) throws InterruptedException {
    try {
      decode(part, part.from().row(), rows::add);
    } catch (DecodedAhead.FullException e) {
      ReadRow last = rows.rows().get(rows.rows().size() - 1);
      return new Decoded(part, rows, OptionalLong.of(last.position().row() + 1));
    }
    return new Decoded(part, rows, OptionalLong.empty());
  }

  private void take(Decoded decoded, WeighedRows weighed) throws InterruptedException {
    decoded.rows().rows().forEach(weighed::add);
    decoded.rows().taken();
    if (decoded.rest().isPresent()) {
      decode(decoded.part(), decoded.rest().getAsLong(), weighed::add);
    }
  }

  private void decode(Part part, long fromRow, Consumer<ReadRow> rows) throws InterruptedException {
    Position from = part.from();
    try {
      reader.read(
          part.unit(),
          schema,
          fromRow,
          part.toRow(),
          (ordinal, type, values) ->
              rows.accept(
                  new ReadRow(
                      new Position(from.version(), from.unit(), ordinal),
                      type,
                      part.commitTimestamp(),
                      values)));
    } catch (DecodedAhead.FullException | WeighedRows.FullException e) {
      throw e;
    } catch (FreshetException e) {
      throw VersionErrors.at(from.version(), feed.tableUri(), e);
    } catch (RuntimeException e) {
      throw VersionErrors.told(from.version(), feed.tableUri(), e);
    }
  }

  /**
   * A slice that begins within a commit: new rows of the commit that earlier slices have may be
   * newer than rows of this one.
   */
  private void meetRowsBeforeTheCut(Slice slice, RowOrder order, RowsByKey byKey)
      throws InterruptedException {
    long version = slice.from().version();
    int keyIndex = feed.columns().indexOf(feed.keyColumn());
    Schema keyAlone = Schema.builder().addField(schema.getField(keyIndex)).build();
    boolean all = order.column().isPresent();
    TableUnits.Version files = version(slice.snapshot(), version);
    for (int unit = 0; unit <= slice.from().unit() && unit < files.units().size(); unit++) {
      long toRow = unit == slice.from().unit() ? slice.from().row() : Long.MAX_VALUE;
      DataUnit file = files.units().get(unit);
      if (toRow > 0 && !file.content().isOld()) {
        reader.read(
            file,
            all ? schema : keyAlone,
            0,
            toRow,
            (ordinal, type, values) -> {
              if (feed.follows(type)) {
                KeyText.of(values[all ? keyIndex : 0])
                    .ifPresent(key -> byKey.meet(key, values, version));
              }
            });
      }
    }
  }
}
