package io.freshet.delta;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.delta.table.TableInfo;
import io.freshet.ledger.Cursor;

/** Where a pipeline with an empty ledger begins: {@code --startingVersion}. */
public final class StartingPoint {
  private StartingPoint() {}

  /**
   * Resolves {@code latest} (changes after the table's latest version), {@code snapshot} (the rows
   * of the latest version, then what follows) or a version number (its changes and what follows).
   *
   * @param table the table at its latest version
   * @throws FreshetException {@link FailureCategory#OPTION} for anything else
   */
  public static Cursor resolve(String startingVersion, TableInfo table) {
    long next = table.version() + 1;
    switch (startingVersion) {
      case "latest" -> {
        return Cursor.changesFrom(next);
      }
      case "snapshot" -> {
        return Cursor.snapshotAt(table.version());
      }
      default -> {
        long version = number(startingVersion);
        if (version < 0 || version > next) {
          throw new FreshetException(
              FailureCategory.OPTION,
              "--startingVersion="
                  + startingVersion
                  + " is not a version of "
                  + table.uri()
                  + ", whose latest is "
                  + table.version());
        }
        return Cursor.changesFrom(version);
      }
    }
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new FreshetException(
          FailureCategory.OPTION,
          "--startingVersion=" + text + " is none of latest, snapshot or a version number",
          e);
    }
  }
}
