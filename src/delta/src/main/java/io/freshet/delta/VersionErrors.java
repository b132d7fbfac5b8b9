package io.freshet.delta;

import io.freshet.changes.FreshetException;

/** Names the version whose changes a data file was read for. */
final class VersionErrors {
  private VersionErrors() {}

  static FreshetException at(long version, String table, FreshetException e) {
    return new FreshetException(
        e.category(),
        "The changes of version %d of %s cannot be read: %s"
            .formatted(version, table, e.getMessage()),
        e);
  }
}
