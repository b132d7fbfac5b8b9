package io.freshet.delta.table;

import java.util.ArrayList;
import java.util.List;

/** Collects the files of one commit, and decides which of them say what changed. */
final class CommitFiles {
  private final List<DataUnit> added = new ArrayList<>();
  private final List<DataUnit> removed = new ArrayList<>();
  private final List<DataUnit> changedTo = new ArrayList<>();
  private final List<DataUnit> changedFrom = new ArrayList<>();
  private boolean lacksPartitionValues;

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
    List<DataUnit> units = new ArrayList<>(changedTo.isEmpty() ? added : changedTo);
    units.addAll(changedTo.isEmpty() ? removed : changedFrom);
    return units;
  }

  /** Whether a removed file that counts came without its partition values. */
  boolean lacksPartitionValues() {
    return changedTo.isEmpty() && lacksPartitionValues;
  }
}
