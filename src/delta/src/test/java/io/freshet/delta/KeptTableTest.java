package io.freshet.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.delta.table.Corpus;
import io.freshet.delta.table.DataUnit;
import io.freshet.delta.table.FollowedFiles;
import io.freshet.delta.table.Libraries;
import io.freshet.delta.table.TableLog;
import io.freshet.delta.table.TableLogs;
import io.freshet.ledger.Cursor;
import io.freshet.ledger.Ledger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a ledger keeps of a table says what the table's log says, wherever that was cut. */
class KeptTableTest {
  private static final int STRIDE = 4;

  @TempDir private static Path folder;
  private static Corpus histories;

  @TempDir private Path ledger;

  @BeforeAll
  static void unpack() throws IOException, InterruptedException {
    histories = Corpus.unpackHistories(folder);
  }

  private ChangeFeed feed(String table) {
    return Feeds.in(ledger.toUri().toString(), Map.of(), Feeds.of(table));
  }

  private static TableLog open(String table) {
    return TableLogs.open(table, new Configuration());
  }

  private static List<FileDates.Dates> dates(FileDates dates, List<DataUnit> files) {
    return files.stream().map(file -> dates.of(file.path())).toList();
  }

  private static KeptTable at(TableLog log, Cursor beginning, long version) {
    FileDates dates = new FileDates(log, KeptTable.datedFrom(beginning));
    dates.advance(version);
    return KeptTable.of(FollowedFiles.at(log, version).orElseThrow(), dates, beginning);
  }

  private long keep(KeptTable table) {
    table.keep(Ledger.at(feed("").ledger()));
    return table.files().version();
  }

  private Optional<Long> newest(String table, Cursor beginning, long atMost) {
    return KeptTable.newest(feed(table), open(table), beginning, atMost)
        .map(kept -> kept.files().version());
  }

  private List<Path> keptFiles() throws IOException {
    try (Stream<Path> files = Files.list(ledger)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("table_"))
          .sorted()
          .toList();
    }
  }

  @Test
  void whatIsKeptAtAnyVersionGoesOnAsIfTheWholeLogHadBeenRead() throws IOException {
    int cuts = 0;
    List<String> names = histories.names();
    for (int i = 0; i < names.size(); i++) {
      int number = i;
      String name = names.get(i);
      String table = histories.table(name);
      TableLog log = open(table);
      long oldest = log.oldestVersion();
      long last = log.info().version();
      List<Cursor> beginnings =
          List.of(
              Cursor.changesFrom(oldest),
              Cursor.snapshotAt(oldest),
              Cursor.snapshotAt((oldest + last) / 2));
      Map<Long, List<DataUnit>> byLibrary = new HashMap<>();
      List<DataUnit> files = Libraries.files(table, last);
      for (Cursor beginning : beginnings) {
        FileDates all = new FileDates(log, KeptTable.datedFrom(beginning));
        long first = Math.max(0, all.version());
        all.advance(last);
        // Of every history other versions.
        long[] cutAt =
            LongStream.rangeClosed(first, last)
                .filter(v -> v == first || v == last || (v + number) % STRIDE == 0)
                .toArray();
        for (long cut : cutAt) {
          keep(at(log, beginning, cut));
          KeptTable kept = KeptTable.newest(feed(table), open(table), beginning, cut).orElseThrow();
          List<DataUnit> there =
              byLibrary.computeIfAbsent(cut, version -> Libraries.files(table, version));
          assertEquals(there, kept.files().files(), name + " at " + cut);
          kept.advance(last);
          assertEquals(files, kept.files().files(), name + " from " + cut);
          assertEquals(dates(all, files), dates(kept.dates(), files), name + " from " + cut);
          cuts++;
        }
        for (Path file : keptFiles()) {
          Files.delete(file);
        }
      }
    }
    assertTrue(cuts > 60, cuts + " cuts");
  }

  @Test
  void oneThatIsCutOffAnywhereGivesWayToTheOneBefore() throws IOException {
    String table = table(0);
    TableLog log = open(table);
    Cursor beginning = Cursor.changesFrom(log.oldestVersion());
    long last = log.info().version();
    long before = keep(at(log, beginning, last - 1));
    keep(at(log, beginning, last));
    Path newest = keptFiles().get(1);
    byte[] whole = Files.readAllBytes(newest);
    assertEquals(Optional.of(last), newest(table, beginning, last));
    assertEquals(Optional.of(before), newest(table, beginning, last - 1));
    for (int length = 0; length < whole.length; length += 97) {
      Files.write(newest, Arrays.copyOf(whole, length));
      assertEquals(Optional.of(before), newest(table, beginning, last));
    }
    Files.delete(newest);
    assertEquals(Optional.of(before), newest(table, beginning, last));
  }

  @Test
  void oneOfAnotherTableIsPassedOver() throws IOException {
    TableLog other = open(table(1));
    keep(at(other, Cursor.changesFrom(0), other.info().version()));
    String table = table(0);
    assertEquals(Optional.empty(), newest(table, Cursor.changesFrom(0), Long.MAX_VALUE));
  }

  @Test
  void oneWhoseCommitWasWrittenAnewIsPassedOver() throws IOException {
    String table = table(2);
    TableLog log = open(table);
    Cursor beginning = Cursor.changesFrom(log.oldestVersion());
    long last = keep(at(log, beginning, log.info().version()));
    assertEquals(Optional.of(last), newest(table, beginning, last));
    Path commit = Path.of(table, "_delta_log", "%020d.json".formatted(last));
    String text = Files.readString(commit);
    Files.writeString(commit, text + "\n");
    assertEquals(Optional.empty(), newest(table, beginning, last));
    Files.writeString(commit, text);
    assertEquals(Optional.of(last), newest(table, beginning, last), "a copy of the table");
  }

  @Test
  void oneOfAnotherBeginningIsPassedOver() {
    String table = table(0);
    TableLog log = open(table);
    Cursor beginning = Cursor.changesFrom(log.oldestVersion());
    long last = keep(at(log, beginning, log.info().version()));
    assertEquals(Optional.empty(), newest(table, Cursor.snapshotAt(last), last));
  }

  @Test
  void whatAnotherVersionOfFreshetMayHaveWrittenIsPassedOver() {
    Ledger.at(feed("").ledger()).keptTables().keep(3, new byte[] {1, 2, 3});
    assertEquals(Optional.empty(), newest(table(0), Cursor.changesFrom(0), Long.MAX_VALUE));
  }

  @Test
  void noMoreThanTwoAreKept() throws IOException {
    String table = table(0);
    TableLog log = open(table);
    Cursor beginning = Cursor.changesFrom(log.oldestVersion());
    long last = log.info().version();
    for (long version = Math.max(0, last - 5); version <= last; version++) {
      keep(at(log, beginning, version));
    }
    assertEquals(2, keptFiles().size());
  }

  private static String table(int number) {
    try {
      return histories.table(histories.names().get(number));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
