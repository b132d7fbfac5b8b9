package io.freshet.delta.table;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.net.URI;
import java.net.URISyntaxException;
import org.apache.hadoop.fs.Path;

/**
 * Addresses of data files. The log has them URL-encoded, relative to the table or absolute (Delta
 * protocol, section <i>Add File and Remove File</i>).
 */
final class DataPaths {
  private final Path table;

  DataPaths(Path table) {
    this.table = table;
  }

  /** The absolute address, decoded, of the file that the log calls {@code logged}. */
  String resolve(String logged) {
    try {
      Path path = new Path(new URI(logged));
      // Relative paths resolve against the table; absolute ones without a scheme get the table's.
      return path.isAbsolute()
          ? path.makeQualified(table.toUri(), table).toString()
          : new Path(table, path).toString();
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new FreshetException(
          FailureCategory.TABLE_UNSUPPORTED,
          "The log of %s names a file '%s', which is no address".formatted(table, logged),
          e);
    }
  }
}
