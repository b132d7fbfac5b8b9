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
import java.util.function.Supplier;
import org.apache.beam.sdk.schemas.Schema;

/** Reads the rows of a slice, several files at once, and finds what shall become of each key. */
final class SliceRows {
  /**
   * What a slice holds.
   *
   * @param rows all rows of the feed
   * @param skipped rows that have their outcome already, by reason
   * @param changes what shall become of each key: the change's number is its index
   * @param newestCommit commit time of the last commit
   */
  record Read(
      long rows, Map<SkipReason, Long> skipped, List<KeyChange> changes, Instant newestCommit) {}

  private record Part(DataUnit unit, Position from, long toRow, Instant commitTimestamp) {}

  private final ChangeFeed feed;
  private final Schema schema;
  private final TableUnits units;
  private final UnitReader reader;
  private final Decoders decoders;
  private final KeyLookup lookup;

  SliceRows(ChangeFeed feed, Schema schema, Supplier<TableLog> opener, Decoders decoders) {
    this.feed = feed;
    this.schema = schema;
    this.units = new TableUnits(opener, feed, Optional.of(schema));
    this.reader = new UnitReader(HadoopConf.of(feed));
    this.decoders = decoders;
    this.lookup = new KeyLookup(feed, schema, units, reader, decoders);
  }

  Read read(Slice slice) throws InterruptedException {
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
    long[] rows = {0};
    decoders.inOrder(
        parts,
        this::decode,
        decoded -> {
          rows[0] += decoded.size();
          for (ReadRow row : decoded) {
            if (feed.follows(row.type())) {
              byKey.add(row);
            } else {
              skipped.add(SkipReason.CHANGE_TYPE);
            }
          }
        });
    if (!slice.from().isStartOfVersion()
        && (order.column().isPresent() || byKey.hasGoneOf(slice.from().version()))) {
      meetRowsBeforeTheCut(slice, order, byKey);
    }
    List<KeyChange> changes = new KeyChanges(feed, slice, lookup, rebinds).of(byKey, skipped);
    // What is counted neither as a change nor with a reason of its own gave way to a newer row.
    skipped.add(SkipReason.SUPERSEDED, rows[0] - changes.size() - skipped.total());
    return new Read(rows[0], skipped.byReason(), changes, newestCommit);
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

  private List<ReadRow> decode(Part part) throws InterruptedException {
    List<ReadRow> rows = new ArrayList<>();
    Position from = part.from();
    try {
      reader.read(
          part.unit(),
          schema,
          from.row(),
          part.toRow(),
          (ordinal, type, values) ->
              rows.add(
                  new ReadRow(
                      new Position(from.version(), from.unit(), ordinal),
                      type,
                      part.commitTimestamp(),
                      values)));
    } catch (FreshetException e) {
      throw VersionErrors.at(from.version(), feed.tableUri(), e);
    } catch (RuntimeException e) {
      throw VersionErrors.told(from.version(), feed.tableUri(), e);
    }
    return rows;
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
