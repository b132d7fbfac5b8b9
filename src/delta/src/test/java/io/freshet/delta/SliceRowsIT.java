package io.freshet.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.freshet.changes.Position;
import io.freshet.changes.SkipReason;
import io.freshet.changes.Slice;
import io.freshet.delta.table.TableLogs;
import io.freshet.testing.DeltaTables;
import io.freshet.testing.DeltaTables.Event;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SliceRowsIT {
  @TempDir private Path table;
  private final ExecutorService decoders = Executors.newFixedThreadPool(2);

  @AfterEach
  void stop() {
    decoders.shutdownNow();
  }

  @Test
  void theNewestRowOfEachKeyIsNumberedInTheOrderOfPlacesAtEveryReading() throws Exception {
    DeltaTables.create(table, true);
    DeltaTables.append(table, List.of(event("a", 1), event("b", 1), event("a", 2)));
    DeltaTables.append(table, List.of(event("c", 1), event("b", 2)));
    Slice slice = new Slice(false, Position.startOf(1), Position.startOf(3));

    SliceRows.Read read = rows("").read(slice);

    assertEquals(5, read.rows());
    assertEquals(List.of("a 1:0:2", "c 2:0:0", "b 2:0:1"), changes(read));
    assertEquals(Map.of(SkipReason.SUPERSEDED, 2L), read.skipped());
    assertEquals(changes(read), changes(rows("").read(slice)));
  }

  @Test
  void partsOfACutCommitTogetherHoldEachRowOnce() throws Exception {
    DeltaTables.create(table, true);
    DeltaTables.append(table, 0, 10);

    List<String> found = new ArrayList<>();
    for (int first = 0; first < 10; first += 3) {
      Position to = first + 3 < 10 ? new Position(1, 0, first + 3) : Position.startOf(2);
      found.addAll(changes(rows("").read(new Slice(false, new Position(1, 0, first), to))));
    }

    assertEquals(changes(rows("").read(whole(1))), found);
    assertEquals(10, found.size());
  }

  @Test
  void theGreatestOrderOfACutCommitIsTheNewestWhereverTheCutIs() throws Exception {
    DeltaTables.create(table, true);
    DeltaTables.append(table, List.of(event("a", 9), event("b", 1), event("a", 5), event("b", 2)));

    List<String> first = changes(rows("event_timestamp").read(cut(0, 2)));
    SliceRows.Read second =
        rows("event_timestamp").read(new Slice(false, new Position(1, 0, 2), Position.startOf(2)));

    assertEquals(List.of("a 1:0:0", "b 1:0:1"), first);
    assertEquals(List.of("b 1:0:3"), changes(second));
    assertEquals(Map.of(SkipReason.SUPERSEDED, 1L), second.skipped());
  }

  @Test
  void rowsThatDoNotFitInMemoryAreToldByTheirNumber() throws Exception {
    DeltaTables.create(table, true);
    DeltaTables.append(table, 0, 10);
    DeltaTables.append(table, 10, 10);
    Slice both = new Slice(false, Position.startOf(1), Position.startOf(3));
    SliceRows.Read whole = rows("").read(both);
    long each = RowWeight.of(whole.changes().get(0).row().values());

    for (int fit = 1; fit < 20; fit++) {
      SliceRows.Reading read = rows("", each * fit + each / 2).readIfItFits(both);
      assertEquals(new SliceRows.TooBig(fit), read);
    }
    SliceRows.Read fitting = (SliceRows.Read) rows("", each * 22).readIfItFits(both);
    assertEquals(changes(whole), changes(fitting));
    assertEquals(21, fitting.rowsThatFit());
  }

  @Test
  void aRowFitsHoweverHeavyItIsAndSoDoesWhatMustBeReadWhole() throws Exception {
    DeltaTables.create(table, true);
    DeltaTables.append(table, 0, 10);

    SliceRows rows = rows("", 1);

    assertEquals(1, ((SliceRows.Read) rows.readIfItFits(cut(0, 1))).rows());
    assertEquals(new SliceRows.TooBig(1), rows.readIfItFits(whole(1)));
    assertEquals(changes(rows("").read(whole(1))), changes(rows.read(whole(1))));
  }

  private static Slice whole(long version) {
    return new Slice(false, Position.startOf(version), Position.startOf(version + 1));
  }

  private static Slice cut(long from, long to) {
    return new Slice(false, new Position(1, 0, from), new Position(1, 0, to));
  }

  private SliceRows rows(String orderColumn) {
    return rows(orderColumn, Long.MAX_VALUE);
  }

  private SliceRows rows(String orderColumn, long maxSliceBytes) {
    List<String> columns =
        orderColumn.isEmpty() ? List.of("user_id") : List.of("user_id", orderColumn);
    ChangeFeed feed =
        Feeds.slicedBy(maxSliceBytes, table.toString(), columns, Keys.EVENTS, orderColumn);
    Schema schema =
        TableLogs.open(table.toString(), new Configuration())
            .info()
            .schema()
            .project(feed.columns());
    return new SliceRows(
        feed,
        schema,
        () -> TableLogs.open(table.toString(), new Configuration()),
        new Decoders(decoders, 2));
  }

  private static List<String> changes(SliceRows.Read read) {
    return read.changes().stream()
        .map(change -> change.row().values()[0] + " " + change.row().position())
        .toList();
  }

  private static Event event(String user, int second) {
    return new Event(
        "e" + user + second, user, "i" + second, "click", Instant.ofEpochSecond(second));
  }
}
