package io.freshet.delta;

import io.freshet.changes.ChangeType;
import io.freshet.changes.Position;
import io.freshet.changes.SkipReason;
import io.freshet.changes.Slice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds what shall become of each key of a slice. */
final class KeyChanges {
  private static final Logger LOG = LoggerFactory.getLogger(KeyChanges.class);

  private final ChangeFeed feed;
  private final Slice slice;
  private final KeyLookup lookup;
  private final boolean rebinds;

  /** A change and the place that its number goes by, which a look-up never moves. */
  private record Placed(Position place, KeyChange change) {}

  /**
   * Those of a slice.
   *
   * @param rebinds whether a commit of the slice does; see {@link TableUnits.Version#rebinds}
   */
  KeyChanges(ChangeFeed feed, Slice slice, KeyLookup lookup, boolean rebinds) {
    this.feed = feed;
    this.slice = slice;
    this.lookup = lookup;
    this.rebinds = rebinds;
  }

  /**
   * The changes in the order of their numbers.
   *
   * @param skipped takes the rows that give way for another reason than a newer row
   */
  List<KeyChange> of(RowsByKey rows, SkippedRows skipped) throws InterruptedException {
    List<Placed> changes = new ArrayList<>(rows.keys().size());
    for (ReadRow row : rows.withoutKey()) {
      if (row.type() == ChangeType.UPDATE_PREIMAGE) {
        skipped.add(SkipReason.CHANGE_TYPE);
      } else {
        changes.add(new Placed(row.position(), new KeyChange(row, 1)));
      }
    }
    Map<String, KeyRows> doubtful = new HashMap<>();
    rows.keys()
        .forEach(
            (key, ofKey) -> {
              countSkipped(key, ofKey, skipped);
              if (ofKey.newestIsLeft()) {
                ReadRow newest = ofKey.newest().orElseThrow();
                changes.add(new Placed(newest.position(), new KeyChange(newest, ofKey.count())));
              } else if (feed.keys() == Keys.UNIQUE) {
                changes.add(new Placed(ofKey.lastGone().position(), deletion(ofKey)));
              } else {
                doubtful.put(key, ofKey);
              }
            });
    if (!doubtful.isEmpty()) {
      LeftRows left = lookup.find(slice, doubtful);
      doubtful.forEach(
          (key, ofKey) ->
              changes.add(
                  new Placed(ofKey.lastGone().position(), decided(key, ofKey, left, rows.age()))));
    }
    changes.sort(Comparator.comparing(Placed::place));
    return changes.stream().map(Placed::change).toList();
  }

  /**
   * What becomes of a key of which a row went away after its newest one came. Where the log leaves
   * it open which row is now the newest, the likeliest is written only in place of a row that is
   * gone. A commit that rebinds takes all rows of a key away and leaves none as it was: the row
   * that the collection holds has a text that no row is read with any more, so nothing tells which
   * one it is, and the likeliest takes its place whatever it is. New rows of a cut commit, which
   * the look-up leaves out, have been met before: see {@link SliceRows}.
   */
  private KeyChange decided(String key, KeyRows rows, LeftRows left, Comparator<ReadRow> age) {
    if (!left.has(key)) {
      return deletion(rows);
    }
    Optional<ReadRow> newest = rows.present().stream().filter(row -> left.has(key, row)).max(age);
    if (newest.isPresent()) {
      return new KeyChange(newest.get(), rows.count());
    }
    ReadRow last = rows.lastGone();
    ReadRow likeliest =
        new ReadRow(
            last.position(), ChangeType.UPDATE_POSTIMAGE, last.commitTimestamp(), left.newest(key));
    if (rebinds || left.isCertain(key)) {
      return new KeyChange(likeliest, rows.count());
    }
    return new KeyChange(
        likeliest,
        rows.gone().stream()
            .map(row -> new RowValues(row.values()))
            .distinct()
            .map(RowValues::values)
            .toList(),
        rows.count());
  }

  private static KeyChange deletion(KeyRows rows) {
    ReadRow last = rows.lastGone();
    return new KeyChange(
        new ReadRow(last.position(), ChangeType.DELETE, last.commitTimestamp(), last.values()),
        rows.count());
  }

  private void countSkipped(String key, KeyRows rows, SkippedRows skipped) {
    int preimages = rows.preimages();
    boolean lastCounts =
        !rows.newestIsLeft() && rows.lastGone().type() == ChangeType.UPDATE_PREIMAGE;
    skipped.add(SkipReason.CHANGE_TYPE, lastCounts ? preimages - 1 : preimages);
    if (feed.keys() == Keys.UNIQUE && rows.othersInNewestCommit() > 0) {
      skipped.add(SkipReason.DUPLICATE_KEY, rows.othersInNewestCommit());
      LOG.warn(
          "Key '{}' has {} rows in version {}, and keys are said to be unique (--keys); the last one counts",
          key,
          rows.othersInNewestCommit() + 1,
          rows.newest().orElseThrow().position().version());
    }
  }
}
