package io.freshet.delta.table;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the name of a file in a table's log says (Delta protocol, sections <i>Delta Log Entries</i>
 * and <i>Checkpoint Naming Scheme</i>).
 */
sealed interface LogFile {
  Pattern COMMIT = Pattern.compile("(\\d{20})\\.json");
  Pattern CHECKPOINT =
      Pattern.compile("(\\d{20})\\.checkpoint(?:\\.(\\d{10})\\.(\\d{10}))?\\.parquet");

  /** Of version 2, beside those with classic names. */
  Pattern NAMED_CHECKPOINT =
      Pattern.compile("(\\d{20})\\.checkpoint\\.[0-9a-fA-F-]{36}\\.(?:json|parquet)");

  /** One commit. */
  record CommitFile(long version) implements LogFile {}

  /** A checkpoint, or one of its {@code parts}. */
  record CheckpointFile(long version, int parts) implements LogFile {}

  /** The file of that name, or empty if the name is of neither kind. */
  static Optional<LogFile> parse(String name) {
    Matcher commit = COMMIT.matcher(name);
    if (commit.matches()) {
      return Optional.of(new CommitFile(Long.parseLong(commit.group(1))));
    }
    Matcher checkpoint = CHECKPOINT.matcher(name);
    if (checkpoint.matches()) {
      int parts = checkpoint.group(3) == null ? 1 : Integer.parseInt(checkpoint.group(3));
      return Optional.of(new CheckpointFile(Long.parseLong(checkpoint.group(1)), parts));
    }
    Matcher named = NAMED_CHECKPOINT.matcher(name);
    if (named.matches()) {
      return Optional.of(new CheckpointFile(Long.parseLong(named.group(1)), 1));
    }
    return Optional.empty();
  }

  static String commitName(long version) {
    return String.format(Locale.ROOT, "%020d.json", version);
  }

  /** The usual name of a checkpoint of one file. */
  static String checkpointName(long version) {
    return String.format(Locale.ROOT, "%020d.checkpoint.parquet", version);
  }
}
