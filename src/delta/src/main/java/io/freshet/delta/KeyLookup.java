package io.freshet.delta;

import io.freshet.changes.ChangeType;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.Position;
import io.freshet.changes.Slice;
import io.freshet.delta.table.DataUnit;
import io.freshet.delta.table.UnitContent;
import io.freshet.delta.table.UnitReader;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.beam.sdk.schemas.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks up which rows of some keys the table has left. All its files are read, only the columns of
 * the feed.
 */
final class KeyLookup {
  private static final Logger LOG = LoggerFactory.getLogger(KeyLookup.class);

  private final ChangeFeed feed;
  private final Schema schema;
  private final TableUnits units;
  private final UnitReader reader;
  private final Decoders decoders;

  KeyLookup(
      ChangeFeed feed, Schema schema, TableUnits units, UnitReader reader, Decoders decoders) {
    this.feed = feed;
    this.schema = schema;
    this.units = units;
    this.reader = reader;
    this.decoders = decoders;
  }

  /**
   * What the table has left of {@code keys} at the last version of the slice. If files of that
   * version have been vacuumed away, the latest version is asked: what it says is said again by the
   * slices that follow.
   *
   * @param order says which of two rows of a key is the newer, before their places do
   */
  LeftRows find(Slice slice, Map<String, KeyRows> keys, Comparator<Object[]> order)
      throws InterruptedException {
    Map<String, Set<RowValues>> sought = new HashMap<>();
    keys.forEach(
        (key, rows) ->
            sought.put(
                key,
                rows.present().stream()
                    .map(row -> new RowValues(row.values()))
                    .collect(Collectors.toUnmodifiableSet())));
    long version = slice.lastVersion();
    try {
      return find(files(slice, version), sought, order);
    } catch (FreshetException e) {
      long latest = units.latestVersion();
      if (e.category() != FailureCategory.HISTORY_LOST || latest == version) {
        throw e;
      }
      LOG.info("Keys are looked up in version {}: {}", latest, e.getMessage());
      return find(units.snapshot(latest).units(), sought, order);
    }
  }

  /**
   * The files to look into. Those that a cut commit added are left out if their rows are changes by
   * themselves: its other slices have written these, and a delete spares what they wrote. So a
   * table that is overwritten at once is not read again for each slice.
   */
  private List<DataUnit> files(Slice slice, long version) {
    Set<String> ofChanges =
        feed.follows(ChangeType.INSERT) && cuts(slice, version)
            ? units.commit(version).stream()
                .flatMap(commit -> commit.units().stream())
                .filter(unit -> unit.content() == UnitContent.INSERTED)
                .map(DataUnit::path)
                .collect(Collectors.toUnmodifiableSet())
            : Set.of();
    return units.snapshot(version).units().stream()
        .filter(file -> !ofChanges.contains(file.path()))
        .toList();
  }

  /** Whether the slice holds only a part of that version. */
  static boolean cuts(Slice slice, long version) {
    return isWithin(slice.from(), version) || isWithin(slice.to(), version);
  }

  private static boolean isWithin(Position position, long version) {
    return position.version() == version && !position.isStartOfVersion();
  }

  private LeftRows find(
      List<DataUnit> files, Map<String, Set<RowValues>> sought, Comparator<Object[]> order)
      throws InterruptedException {
    int keyIndex = feed.columns().indexOf(feed.keyColumn());
    LeftRows left = new LeftRows(sought, order);
    decoders.inOrder(
        files,
        file -> {
          LeftRows ofFile = new LeftRows(sought, order);
          reader.read(
              file,
              schema,
              0,
              Long.MAX_VALUE,
              (ordinal, type, values) ->
                  KeyText.of(values[keyIndex]).ifPresent(key -> ofFile.add(key, values)));
          return ofFile;
        },
        left::addAll);
    return left;
  }
}
