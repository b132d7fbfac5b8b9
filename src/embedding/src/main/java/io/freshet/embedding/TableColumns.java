package io.freshet.embedding;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.util.Collection;

/** Checks that an option names columns that a table has. */
final class TableColumns {
  private TableColumns() {}

  static void require(String option, Collection<String> named, Collection<String> columns) {
    for (String column : named) {
      if (!columns.contains(column)) {
        throw new FreshetException(
            FailureCategory.OPTION,
            option
                + " names the column '"
                + column
                + "', which the table lacks; it has "
                + String.join(", ", columns));
      }
    }
  }
}
