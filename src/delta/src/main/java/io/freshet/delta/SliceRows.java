package io.freshet.delta;

import io.freshet.changes.ChangeType;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.Position;
import io.freshet.changes.SkipReason;
import io.freshet.changes.Slice;
import io.freshet.delta.table.DataUnit;
import io.freshet.delta.table.TableLog;
import io.freshet.delta.table.UnitReader;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.beam.sdk.schemas.Schema;

/** Reads the rows of a slice, several files at once, and keeps the newest of each key. */
final class SliceRows {
  /**
   * What a slice holds.
   *
   * @param rows all rows of the feed
   * @param skipped rows that have their outcome already, by reason
   * @param survivors the newest row of each key, in the order of their positions: the change's
   *     number is its index
   * @param newestCommit commit time of the last commit
   */
  record Read(
      long rows, Map<SkipReason, Long> skipped, List<ReadRow> survivors, Instant newestCommit) {}

  private record Part(DataUnit unit, Position from, long toRow, Instant commitTimestamp) {}

  private final ChangeFeed feed;
  private final Schema schema;
  private final TableUnits units;
  private final UnitReader reader;
  private final ExecutorService decoders;
  private final int decodersAtOnce;

  SliceRows(
      ChangeFeed feed,
      Schema schema,
      Supplier<TableLog> opener,
      ExecutorService decoders,
      int decodersAtOnce) {
    this.feed = feed;
    this.schema = schema;
    this.units = new TableUnits(opener);
    this.reader = new UnitReader(HadoopConf.of(feed));
    this.decoders = decoders;
    this.decodersAtOnce = decodersAtOnce;
  }

  Read read(Slice slice) throws InterruptedException {
    Instant newestCommit = Instant.EPOCH;
    List<Part> parts = new ArrayList<>();
    for (long version = slice.from().version(); version <= slice.lastVersion(); version++) {
      TableUnits.Version files = version(slice.snapshot(), version);
      newestCommit = files.timestamp().isAfter(newestCommit) ? files.timestamp() : newestCommit;
      addParts(parts, files, slice);
    }
    OptionalInt order =
        feed.orderColumn().isEmpty()
            ? OptionalInt.empty()
            : OptionalInt.of(feed.columns().indexOf(feed.orderColumn()));
    LatestByKey latest = new LatestByKey(feed.columns().indexOf(feed.keyColumn()), order);
    long rows = 0;
    long otherTypes = 0;
    Deque<Future<List<ReadRow>>> ahead = new ArrayDeque<>();
    int submitted = 0;
    try {
      for (int i = 0; i < parts.size(); i++) {
        for (; submitted < parts.size() && submitted <= i + decodersAtOnce; submitted++) {
          Part part = parts.get(submitted);
          ahead.add(decoders.submit(() -> decode(part, schema)));
        }
        for (ReadRow row : result(ahead.remove())) {
          rows++;
          if (feed.changeTypes().contains(row.type())) {
            latest.add(row);
          } else {
            otherTypes++;
          }
        }
      }
    } finally {
      ahead.forEach(future -> future.cancel(true));
    }
    if (order.isPresent() && !slice.from().isStartOfVersion()) {
      dropOlderThanBeforeTheCut(slice, latest);
    }
    Map<SkipReason, Long> skipped = new EnumMap<>(SkipReason.class);
    if (latest.superseded() > 0) {
      skipped.put(SkipReason.SUPERSEDED, latest.superseded());
    }
    if (otherTypes > 0) {
      skipped.put(SkipReason.CHANGE_TYPE, otherTypes);
    }
    return new Read(rows, skipped, latest.survivors(), newestCommit);
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

  private List<ReadRow> decode(Part part, Schema projection) throws InterruptedException {
    List<ReadRow> rows = new ArrayList<>();
    ChangeType type = part.unit().type();
    Position from = part.from();
    reader.read(
        part.unit(),
        projection,
        from.row(),
        part.toRow(),
        (ordinal, values) ->
            rows.add(
                new ReadRow(
                    new Position(from.version(), from.unit(), ordinal),
                    type,
                    part.commitTimestamp(),
                    values)));
    return rows;
  }

  /**
   * A slice that begins within a commit: a row of it is not the newest of its key if an earlier
   * part of the commit had one with a greater order. Only keys and orders of the earlier part are
   * read.
   */
  private void dropOlderThanBeforeTheCut(Slice slice, LatestByKey latest)
      throws InterruptedException {
    long version = slice.from().version();
    TableUnits.Version files = version(slice.snapshot(), version);
    Schema keyAndOrder =
        Schema.builder()
            .addFields(schema.getField(feed.keyColumn()), schema.getField(feed.orderColumn()))
            .build();
    for (int unit = 0; unit <= slice.from().unit() && unit < files.units().size(); unit++) {
      long toRow = unit == slice.from().unit() ? slice.from().row() : Long.MAX_VALUE;
      DataUnit file = files.units().get(unit);
      if (toRow > 0 && feed.changeTypes().contains(file.type())) {
        reader.read(
            file,
            keyAndOrder,
            0,
            toRow,
            (ordinal, values) -> {
              Optional<String> key = KeyText.of(values[0]);
              if (key.isPresent() && latest.holds(key.get(), version)) {
                latest.dropIfOlderThan(key.get(), values[1]);
              }
            });
      }
    }
  }

  private static <T> T result(Future<T> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      if (e.getCause() instanceof InterruptedException) {
        throw new InterruptedException("Interrupted while a data file was decoded");
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
