package io.freshet.delta;

import io.freshet.changes.ChangeType;
import io.freshet.changes.Slice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A collection as the documentation of {@link io.freshet.changes.Change} has it written. */
final class ModelCollection {
  private final Map<String, Stored> rows = new HashMap<>();

  private record Stored(long version, RowValues values) {}

  /** Applies the changes of a slice in any order, some of them twice. */
  void apply(Slice slice, List<KeyChange> changes, Random random) {
    List<KeyChange> shuffled = new ArrayList<>(changes);
    Collections.shuffle(shuffled, random);
    shuffled.forEach(change -> apply(slice, change));
    shuffled.stream()
        .filter(change -> random.nextInt(4) == 0)
        .forEach(change -> apply(slice, change));
  }

  private void apply(Slice slice, KeyChange change) {
    ReadRow row = change.row();
    String key = String.valueOf(row.values()[0]);
    long version = row.position().version();
    Stored stored = rows.get(key);
    if (row.type() == ChangeType.DELETE) {
      boolean cut = !slice.snapshot() && KeyLookup.cuts(slice, version);
      if (stored != null && (!cut || stored.version < version)) {
        rows.remove(key);
      }
    } else if (change.gone().isEmpty() || stored == null || isGone(change, stored, version)) {
      rows.put(key, new Stored(version, new RowValues(row.values())));
    }
  }

  private static boolean isGone(KeyChange change, Stored stored, long version) {
    return stored.version < version
        && change.gone().stream().map(RowValues::new).anyMatch(stored.values::equals);
  }

  /** The columns of each key, the key first. */
  Map<String, Object[]> rows() {
    Map<String, Object[]> all = new TreeMap<>();
    rows.forEach((key, stored) -> all.put(key, stored.values.values()));
    return all;
  }

  /** The item of each key. */
  Map<String, String> items() {
    Map<String, String> items = new TreeMap<>();
    rows.forEach((key, stored) -> items.put(key, (String) stored.values.values()[1]));
    return items;
  }
}
