package io.freshet.delta.table;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Collects the files of one commit, and decides which of them say what changed. A file that the
 * commit removes and adds again, with another deletion vector, has changed in those rows alone that
 * only one of the two vectors names (Delta protocol, section <i>Deletion Vectors</i>).
 */
final class CommitFiles {
  private final List<DataUnit> added = new ArrayList<>();
  private final List<DataUnit> removed = new ArrayList<>();
  private final List<DataUnit> changedTo = new ArrayList<>();
  private final List<DataUnit> changedFrom = new ArrayList<>();
  private boolean lacksPartitionValues;
  private boolean changesNothing;

  /** Of a commit that says that no row changed, though it rewrote files. */
  void changesNothing() {
    changesNothing = true;
  }

  void added(DataUnit file) {
    added.add(file);
  }

  void removed(DataUnit file, boolean hasPartitionValues) {
    removed.add(file);
    lacksPartitionValues |= !hasPartitionValues;
  }

  void changed(DataUnit to, DataUnit from) {
    changedTo.add(to);
    changedFrom.add(from);
  }

  /** The units that say what changed, those with new rows first. */
  List<DataUnit> units() {
    if (!changedTo.isEmpty()) {
      return concat(changedTo, changedFrom);
    }
    if (changesNothing) {
      return List.of();
    }
    Map<String, DataUnit> before = new HashMap<>();
    removed.forEach(file -> before.put(file.path(), file));
    Map<String, DataUnit> kept = new HashMap<>();
    List<DataUnit> inserted = new ArrayList<>();
    List<DataUnit> restored = new ArrayList<>();
    List<DataUnit> marked = new ArrayList<>();
    for (DataUnit after : added) {
      DataUnit old = before.get(after.path());
      if (old == null || (old.selection().isAll() && after.selection().isAll())) {
        inserted.add(after);
        continue;
      }
      kept.put(after.path(), after);
      Optional<DeletionVector> oldVector = old.selection().without();
      Optional<DeletionVector> newVector = after.selection().without();
      if (newVector.isPresent() && !newVector.equals(oldVector)) {
        marked.add(after.difference(oldVector, UnitContent.DELETED));
      }
      if (oldVector.isPresent() && !oldVector.equals(newVector)) {
        restored.add(old.difference(newVector, UnitContent.INSERTED));
      }
    }
    List<DataUnit> deleted =
        removed.stream().filter(file -> !kept.containsKey(file.path())).toList();
    return concat(concat(inserted, restored), concat(deleted, marked));
  }

  private static List<DataUnit> concat(List<DataUnit> first, List<DataUnit> second) {
    List<DataUnit> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  /** Whether a removed file that counts came without its partition values. */
  boolean lacksPartitionValues() {
    return changedTo.isEmpty() && !changesNothing && lacksPartitionValues;
  }
}
