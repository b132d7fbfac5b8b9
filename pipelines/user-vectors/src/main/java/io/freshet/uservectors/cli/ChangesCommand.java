package io.freshet.uservectors.cli;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.delta.JsonRows;
import io.freshet.delta.RawFeed;
import io.freshet.ledger.LedgerAddress;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code changes}: prints a table's change data feed as JSON lines. */
final class ChangesCommand {
  private static final int BUFFER = 1 << 16;

  private final PrintStream out;

  ChangesCommand(PrintStream out) {
    this.out = out;
  }

  void run(List<String> arguments) {
    PlainOptions options =
        PlainOptions.parse(arguments, "--table=URI", "--fromVersion=N", "--toVersion=N");
    String table = options.required("table");
    RawFeed feed =
        new RawFeed(
            table,
            new LedgerAddress(table, options.hadoopConf()).configuration(),
            version(options, "fromVersion"),
            version(options, "toVersion"));
    try (OutputStream buffer = new BufferedOutputStream(out, BUFFER)) {
      print(feed, buffer);
    } catch (IOException | UncheckedIOException e) {
      throw new FreshetException(
          FailureCategory.STORAGE_UNAVAILABLE, "Cannot write to standard output: " + e, e);
    }
  }

  /** What was read before a failure is printed, so that the last line tells how far it came. */
  private void print(RawFeed feed, OutputStream buffer) throws IOException {
    try (JsonRows rows = new JsonRows(buffer)) {
      feed.read(
          (version, timestamp, type, values) -> {
            try {
              rows.write(feed.schema(), values, type, version, timestamp);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FreshetException(FailureCategory.STORAGE_UNAVAILABLE, "Interrupted", e);
    }
    buffer.flush();
    if (out.checkError()) {
      throw new IOException("no one reads it any more");
    }
  }

  private static OptionalLong version(PlainOptions options, String name) {
    Optional<String> text = options.get(name);
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(text.get()));
    } catch (NumberFormatException e) {
      throw new FreshetException(
          FailureCategory.OPTION, "--" + name + "=" + text.get() + " is no version number", e);
    }
  }
}
